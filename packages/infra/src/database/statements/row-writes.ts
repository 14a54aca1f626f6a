import { StaleRowError } from '@pixsim7/core';
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
import type { RepositoryConnection, Statement, StatementResult } from '../connection.ts';
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

/** A statement, and what its result must be. */
export interface RowWrite {
  readonly statement: Statement;
  /** @throws StaleRowError; the transaction must be rolled back then */
  readonly confirm?: (result: StatementResult) => void;
}

/** Sends the statements in one message. @throws StaleRowError, UniqueViolationError */
export async function carryOut(connection: RepositoryConnection, writes: readonly RowWrite[]): Promise<void> {
  if (writes.length === 0) {
    return;
  }
  const results = await connection.sendAll(writes.map(({ statement }) => statement));
  for (const [place, { confirm }] of writes.entries()) {
    const result = results[place];
    if (result === undefined) {
      throw new Error(`Statement ${place} of ${writes.length} was carried out without a result.`);
    }
    confirm?.(result);
  }
}

/** All writes of a unit, in an order in which each finds the rows that it points to. */
export function rowWritesOf(unit: RowWrites): RowWrite[] {
  return [
    ...unit.accounts.map((update) => updateRow(accountStatements, 'Account', update)),
    ...unit.jobs.map((update) => updateRow(jobStatements, 'Job', update)),
    ...unit.submissions.map((update) => updateRow(submissionStatements, 'Submission', update)),
    ...unit.newJobs.flatMap(({ job, inputs }) => insertJob(job, inputs)),
    ...unit.newSubmissions.map((row) => ({ statement: submissionStatements.insert(row) })),
    ...unit.credits.map((row) => ({ statement: creditStatements.insert(row) })),
    ...unit.newAssets.flatMap(({ asset, blobs }) => insertAsset(asset, blobs)),
    ...insertEdges(unit.lineage),
    ...unit.observations.flatMap(({ observation, keep }) => insertObservation(observation, keep)),
    ...unit.readings.map(({ accountId, dueAt }) => expediteReading(accountId, dueAt)),
    ...unit.events.map((row) => ({ statement: eventStatements.insert(row) })),
  ];
}

function updateRow<Row extends { readonly id: string; readonly version: number }>(
  table: VersionedStatements<Row>,
  name: string,
  { row, changes }: RowUpdate<Row>,
): RowWrite {
  return {
    statement: table.update(row, changes as Partial<Row>),
    confirm({ count }) {
      if (count === 0) {
        throw new StaleRowError(`${name} ${row.id} is not at version ${row.version}.`);
      }
    },
  };
}

export function insertJob(job: JobRow, inputs: readonly JobInputRow[]): RowWrite[] {
  return [{ statement: jobStatements.insert(job) }, ...insertInputs(inputs)];
}

export function insertInputs(inputs: readonly JobInputRow[]): RowWrite[] {
  return inputs.map((input) => ({ statement: jobInputStatements.insert(input) }));
}

export function insertAsset(asset: AssetRow, newBlobs: readonly BlobRow[]): RowWrite[] {
  // In one order for everybody, so that two who write the same blobs do not wait for each other.
  const sorted = [...newBlobs].sort((left, right) => (left.hash < right.hash ? -1 : 1));
  return [...sorted.map((blob) => insertBlob(asset, blob)), { statement: assetStatements.insert(asset) }];
}

function insertBlob(asset: AssetRow, blob: BlobRow): RowWrite {
  const { text, values } = blobStatements.insert({
    ...blob,
    reservedAt: blob.createdAt,
    maybeUnused: !isUsedBy(asset, blob.hash),
  });
  return {
    statement: {
      // Locks a row that exists already: a removal of the blob that begins at the same time then waits for this transaction
      // and sees its asset.
      text: `${text} on conflict ("hash") do update set "maybe_unused" = excluded."maybe_unused" returning "removing_since"`,
      values,
    },
    confirm({ rows }) {
      if (rows.some(([removingSince]) => removingSince !== null)) {
        throw new StaleRowError(`The bytes of asset ${asset.id} are being removed.`);
      }
    },
  };
}

/** A row that is written as a tombstone uses nothing. */
function isUsedBy({ blobHash, posterHash, deletedAt }: AssetRow, hash: string): boolean {
  return deletedAt === null && (blobHash === hash || posterHash === hash);
}

export function insertEdges(edges: readonly LineageEdgeRow[]): RowWrite[] {
  return edges.map((edge) => ({ statement: lineageStatements.insert(edge) }));
}

export function insertObservation(observation: ObservationRow, keep: number): RowWrite[] {
  const surplus = `select "position" from "observations" where "submission_id" = $1 order by "position" desc offset $2`;
  return [
    { statement: observationStatements.insert(observation) },
    {
      statement: {
        text: `delete from "observations" where "position" in (${surplus})`,
        values: [observation.submissionId, String(keep)],
      },
    },
  ];
}

export function expediteReading(accountId: string, dueAt: number): RowWrite {
  return {
    statement: {
      text: `update "accounts" set "balance_due_at" = $2 where "id" = $1 and "balance_due_at" > $2`,
      values: [accountId, instantText(dueAt)],
    },
  };
}
