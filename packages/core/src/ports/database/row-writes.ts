import type { AccountId } from '@pixsim7/contracts';
import type {
  AccountRow,
  AssetRow,
  BlobRow,
  CreditEntryRow,
  Instant,
  JobInputRow,
  JobRow,
  LineageEdgeRow,
  NewEvent,
  ObservationRow,
  SubmissionRow,
} from '../../model/index.ts';
import type { Changes } from './rows.ts';

/** Changes of a row, conditional on the version with which it was read. The write gives it the next version. */
export interface RowUpdate<Row> {
  readonly row: Row;
  readonly changes: Changes<Row>;
}

/** Everything that one unit of work writes: no row twice. */
export interface RowWrites {
  readonly accounts: readonly RowUpdate<AccountRow>[];
  readonly jobs: readonly RowUpdate<JobRow>[];
  readonly submissions: readonly RowUpdate<SubmissionRow>[];
  readonly newJobs: readonly { readonly job: JobRow; readonly inputs: readonly JobInputRow[] }[];
  readonly newSubmissions: readonly SubmissionRow[];
  readonly credits: readonly CreditEntryRow[];
  readonly newAssets: readonly { readonly asset: AssetRow; readonly blobs: readonly BlobRow[] }[];
  readonly lineage: readonly LineageEdgeRow[];
  /** `keep`: the submission keeps so many, its newest ones. */
  readonly observations: readonly { readonly observation: ObservationRow; readonly keep: number }[];
  readonly events: readonly NewEvent[];
  /** Moves the next reading of a balance forward to `dueAt` unless it comes earlier anyway. */
  readonly readings: readonly { readonly accountId: AccountId; readonly dueAt: Instant }[];
}

/**
 * Writes what units of work have gathered, each all or nothing. The writes may wait for the next statement or for the end of
 * the transaction, which then throws their errors.
 */
export interface RowWriter {
  /** @throws StaleRowError, UniqueViolationError; the transaction must be rolled back then */
  write(writes: RowWrites): Promise<void>;
  /**
   * The same for several units in one transaction. A unit with a row that was changed since it was read is left out, and
   * nothing of it is written.
   *
   * @returns the places of the units that were left out
   * @throws UniqueViolationError, or StaleRowError for bytes that are being removed; then none of them is written
   */
  writeMany(units: readonly RowWrites[]): Promise<ReadonlySet<number>>;
}
