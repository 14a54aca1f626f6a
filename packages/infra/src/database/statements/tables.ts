import type {
  AccountRow,
  ApiKeyRow,
  AssetRow,
  BalanceReadingRow,
  BlobRow,
  CreditEntryRow,
  EventRow,
  Instant,
  JobInputRow,
  JobRow,
  LineageEdgeRow,
  ObservationRow,
  SubmissionRow,
} from '@pixsim7/core';
import {
  accounts,
  apiKeys,
  assets,
  balanceReadings,
  blobs,
  creditEntries,
  events,
  jobInputs,
  jobs,
  lineageEdges,
  observations,
  submissions,
} from '../schema/index.ts';
import { tableStatements, versionedStatements } from './table-statements.ts';
import type { TableStatements, VersionedStatements } from './table-statements.ts';

type Inserts<Row> = Pick<TableStatements<Row>, 'insert'>;

export const accountStatements: VersionedStatements<AccountRow> = versionedStatements(accounts);
export const readingStatements: TableStatements<BalanceReadingRow> = tableStatements(balanceReadings);
export const apiKeyStatements: TableStatements<ApiKeyRow> = tableStatements(apiKeys);
export const jobStatements: VersionedStatements<JobRow> = versionedStatements(jobs);
export const submissionStatements: VersionedStatements<SubmissionRow> = versionedStatements(submissions);
export const assetStatements: TableStatements<AssetRow> = tableStatements(assets);
export const blobStatements: Inserts<
  BlobRow & { readonly reservedAt: Instant; readonly maybeUnused?: boolean }
> = tableStatements(blobs);
export const creditStatements: TableStatements<CreditEntryRow> = tableStatements(creditEntries);
/** `sequence`: null until it is published. */
export interface StoredEvent extends Omit<EventRow, 'sequence'> {
  readonly sequence: number | null;
}

export const eventStatements: TableStatements<StoredEvent> = tableStatements(events);
export const jobInputStatements: TableStatements<JobInputRow> = tableStatements(jobInputs);
export const lineageStatements: Inserts<LineageEdgeRow> = tableStatements(lineageEdges);
export const observationStatements: Inserts<ObservationRow> = tableStatements(observations);
