import type {
  AssetRow,
  BlobRow,
  JobInputRow,
  JobRow,
  LineageEdgeRow,
  ObservationRow,
  RowUpdate,
  RowWrites,
} from '@pixsim7/core';
import type { ClosingStatement } from '../connection.ts';
import { instantText } from '../schema/columns.ts';
import type { VersionedStatements } from './table-statements.ts';
import {
  accountStatements,
  assetStatements,
  blobStatements,
  creditStatements,
  eventStatements,
  jobInputStatements,
  jobStatements,
  lineageStatements,
  observationStatements,
  submissionStatements,
} from './tables.ts';

/** All writes of a unit, in an order in which each finds the rows that it points to. */
export function rowWritesOf(unit: RowWrites): ClosingStatement[] {
  return [
    ...unit.accounts.map((update) => updateRow(accountStatements, 'Account', update)),
    ...unit.jobs.map((update) => updateRow(jobStatements, 'Job', update)),
    ...unit.submissions.map((update) => updateRow(submissionStatements, 'Submission', update)),
    ...unit.newJobs.flatMap(({ job, inputs }) => insertJob(job, inputs)),
    ...unit.newSubmissions.map((row) => submissionStatements.insert(row)),
    ...unit.credits.map((row) => creditStatements.insert(row)),
    ...unit.newAssets.flatMap(({ asset, blobs }) => insertAsset(asset, blobs)),
    ...insertEdges(unit.lineage),
    ...unit.observations.flatMap(({ observation, keep }) => insertObservation(observation, keep)),
    ...unit.readings.map(({ accountId, dueAt }) => expediteReading(accountId, dueAt)),
    ...unit.events.map((row) => eventStatements.insert(row)),
  ];
}

function updateRow<Row extends { readonly id: string; readonly version: number }>(
  table: VersionedStatements<Row>,
  name: string,
  { row, changes }: RowUpdate<Row>,
): ClosingStatement {
  const staleMessage = `${name} ${row.id} is not at version ${row.version}.`;
  return { ...table.mustUpdate(row, changes as Partial<Row>), staleMessage };
}

export function insertJob(job: JobRow, inputs: readonly JobInputRow[]): ClosingStatement[] {
  return [jobStatements.insert(job), ...insertInputs(inputs)];
}

export function insertInputs(inputs: readonly JobInputRow[]): ClosingStatement[] {
  return inputs.map((input) => jobInputStatements.insert(input));
}

export function insertAsset(asset: AssetRow, newBlobs: readonly BlobRow[]): ClosingStatement[] {
  // In one order for everybody, so that two who write the same blobs do not wait for each other.
  const sorted = [...newBlobs].sort((left, right) => (left.hash < right.hash ? -1 : 1));
  return [...sorted.map((blob) => insertBlob(asset, blob)), assetStatements.insert(asset)];
}

export function insertBlob(asset: AssetRow, blob: BlobRow): ClosingStatement {
  const { text, values } = blobStatements.insert({
    ...blob,
    reservedAt: blob.createdAt,
    maybeUnused: !isUsedBy(asset, blob.hash),
  });
  return {
    // Locks a row that exists already: a removal of the blob that begins at the same time then waits for this transaction and
    // sees its asset.
    text: `${text} on conflict ("hash") do update set "maybe_unused" = excluded."maybe_unused"
      returning 1 / ("removing_since" is null)::int`,
    values,
    staleMessage: `The bytes of asset ${asset.id} are being removed.`,
  };
}

/** A row that is written as a tombstone uses nothing. */
function isUsedBy({ blobHash, posterHash, deletedAt }: AssetRow, hash: string): boolean {
  return deletedAt === null && (blobHash === hash || posterHash === hash);
}

export function insertEdges(edges: readonly LineageEdgeRow[]): ClosingStatement[] {
  return edges.map((edge) => lineageStatements.insert(edge));
}

export function insertObservation(observation: ObservationRow, keep: number): ClosingStatement[] {
  const surplus = `select "position" from "observations" where "submission_id" = $1 order by "position" desc offset $2`;
  return [
    observationStatements.insert(observation),
    {
      text: `delete from "observations" where "position" in (${surplus})`,
      values: [observation.submissionId, String(keep)],
    },
  ];
}

export function expediteReading(accountId: string, dueAt: number): ClosingStatement {
  return {
    text: `update "accounts" set "balance_due_at" = $2 where "id" = $1 and "balance_due_at" > $2`,
    values: [accountId, instantText(dueAt)],
  };
}
