import { inArray } from 'drizzle-orm';
import type { RowUpdate, RowWriter, RowWrites } from '@pixsim7/core';
import type { RepositoryConnection } from '../connection.ts';
import { accounts, jobs, submissions } from '../schema/index.ts';
import { createAccountRepository } from './accounts.ts';
import { createAssetRepository } from './assets.ts';
import { createCreditRepository } from './credits.ts';
import { createEventRepository } from './events.ts';
import { createJobRepository } from './jobs.ts';
import { createLineageRepository } from './lineage.ts';
import { createSubmissionRepository } from './submissions.ts';

/** @param onAppend called when an event is written */
export function createRowWriter(connection: RepositoryConnection, onAppend: () => void): RowWriter {
  const accountRows = createAccountRepository(connection);
  const jobRows = createJobRepository(connection);
  const submissionRows = createSubmissionRepository(connection);
  const creditRows = createCreditRepository(connection);
  const assetRows = createAssetRepository(connection);
  const lineageRows = createLineageRepository(connection);
  const eventRows = createEventRepository(connection, onAppend);

  async function write(writes: RowWrites): Promise<void> {
    for (const { row, changes } of writes.accounts) {
      await accountRows.update(row, changes);
    }
    for (const { row, changes } of writes.jobs) {
      await jobRows.update(row, changes);
    }
    for (const { row, changes } of writes.submissions) {
      await submissionRows.update(row, changes);
    }
    for (const { job, inputs } of writes.newJobs) {
      await jobRows.insert(job, inputs);
    }
    for (const submission of writes.newSubmissions) {
      await submissionRows.insert(submission);
    }
    for (const entry of writes.credits) {
      await creditRows.add(entry);
    }
    for (const { asset, blobs } of writes.newAssets) {
      await assetRows.insert(asset, blobs);
    }
    await lineageRows.insert(writes.lineage);
    for (const { observation, keep } of writes.observations) {
      await submissionRows.addObservation(observation, keep);
    }
    for (const { accountId, dueAt } of writes.readings) {
      await accountRows.expediteReading(accountId, dueAt);
    }
    for (const event of writes.events) {
      await eventRows.append(event);
    }
  }

  /** Locks the rows of a table that the units change, in one order for everybody, and tells their versions. */
  async function lockVersions(
    table: typeof accounts | typeof jobs | typeof submissions,
    updates: readonly RowUpdate<{ readonly id: string }>[],
  ): Promise<Map<string, number>> {
    if (updates.length === 0) {
      return new Map();
    }
    const rows = await connection.drizzle
      .select({ id: table.id, version: table.version })
      .from(table)
      .where(
        inArray(
          table.id as typeof jobs.id,
          updates.map(({ row }) => row.id as (typeof jobs.$inferSelect)['id']),
        ),
      )
      .orderBy(table.id)
      .for('no key update');
    return new Map(rows.map(({ id, version }) => [id, version]));
  }

  return {
    write,
    async writeMany(units) {
      const versions = {
        accounts: await lockVersions(
          accounts,
          units.flatMap((unit) => unit.accounts),
        ),
        jobs: await lockVersions(
          jobs,
          units.flatMap((unit) => unit.jobs),
        ),
        submissions: await lockVersions(
          submissions,
          units.flatMap((unit) => unit.submissions),
        ),
      };
      const leftOut = new Set<number>();
      for (const [place, unit] of units.entries()) {
        const claims = [
          { known: versions.accounts, updates: unit.accounts },
          { known: versions.jobs, updates: unit.jobs },
          { known: versions.submissions, updates: unit.submissions },
        ];
        if (claims.every(isCurrent)) {
          claims.forEach(takeVersions);
          await write(unit);
        } else {
          leftOut.add(place);
        }
      }
      return leftOut;
    },
  };
}

interface Claim {
  readonly known: Map<string, number>;
  readonly updates: readonly RowUpdate<{ readonly id: string; readonly version: number }>[];
}

function isCurrent({ known, updates }: Claim): boolean {
  return updates.every(({ row }) => known.get(row.id) === row.version);
}

/** The next unit that changes one of these rows is too late. */
function takeVersions({ known, updates }: Claim): void {
  for (const { row } of updates) {
    known.set(row.id, row.version + 1);
  }
}
