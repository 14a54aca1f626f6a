import type { RowUpdate, RowWriter, RowWrites, Transaction } from '@pixsim7/core';
import type { Table, Tables } from './tables.ts';

type Repositories = Pick<
  Transaction,
  'accounts' | 'jobs' | 'submissions' | 'credits' | 'assets' | 'lineage' | 'events'
>;

export function createRowWriter(tables: Tables, repositories: Repositories): RowWriter {
  const { accounts, jobs, submissions, credits, assets, lineage, events } = repositories;

  async function write(writes: RowWrites): Promise<void> {
    for (const { row, changes } of writes.accounts) {
      await accounts.update(row, changes);
    }
    for (const { row, changes } of writes.jobs) {
      await jobs.update(row, changes);
    }
    for (const { row, changes } of writes.submissions) {
      await submissions.update(row, changes);
    }
    for (const { job, inputs } of writes.newJobs) {
      await jobs.insert(job, inputs);
    }
    for (const submission of writes.newSubmissions) {
      await submissions.insert(submission);
    }
    for (const entry of writes.credits) {
      await credits.add(entry);
    }
    for (const { asset, blobs } of writes.newAssets) {
      await assets.insert(asset, blobs);
    }
    await lineage.insert(writes.lineage);
    for (const { observation, keep } of writes.observations) {
      await submissions.addObservation(observation, keep);
    }
    for (const { accountId, dueAt } of writes.readings) {
      await accounts.expediteReading(accountId, dueAt);
    }
    for (const event of writes.events) {
      await events.append(event);
    }
  }

  return {
    write,
    async writeMany(units) {
      const leftOut = new Set<number>();
      for (const [place, unit] of units.entries()) {
        if (
          isCurrent(tables.accounts, unit.accounts) &&
          isCurrent(tables.jobs, unit.jobs) &&
          isCurrent(tables.submissions, unit.submissions)
        ) {
          await write(unit);
        } else {
          leftOut.add(place);
        }
      }
      return leftOut;
    },
  };
}

function isCurrent<Row extends { readonly id: string; readonly version: number }>(
  table: Table<Row>,
  updates: readonly RowUpdate<Row>[],
): boolean {
  return updates.every(({ row }) => table.get(row.id)?.version === row.version);
}
