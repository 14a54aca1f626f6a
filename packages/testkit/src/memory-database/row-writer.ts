import type { RowWriter, RowWrites, Transaction } from '@pixsim7/core';

type Repositories = Pick<
  Transaction,
  'accounts' | 'jobs' | 'submissions' | 'credits' | 'assets' | 'lineage' | 'events'
>;

/** Writes row by row through these repositories. */
export function createRowWriter(repositories: Repositories): RowWriter {
  const { accounts, jobs, submissions, credits, assets, lineage, events } = repositories;

  async function write(writes: RowWrites): Promise<void> {
    for (const { row, changes } of writes.accounts) {
      await accounts.update(row, changes);
    }
    for (const { row, changes } of writes.submissions) {
      await submissions.update(row, changes);
    }
    for (const { row, changes } of writes.jobs) {
      await jobs.update(row, changes);
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

  async function isCurrent(unit: RowWrites): Promise<boolean> {
    const known = [
      ...unit.accounts.map(async ({ row }) => (await accounts.get(row.id))?.version === row.version),
      ...unit.jobs.map(async ({ row }) => (await jobs.get(row.id))?.version === row.version),
      ...unit.submissions.map(async ({ row }) => (await submissions.get(row.id))?.version === row.version),
    ];
    return (await Promise.all(known)).every(Boolean);
  }

  return {
    write,
    async writeMany(units) {
      const leftOut = new Set<number>();
      for (const [place, unit] of units.entries()) {
        if (await isCurrent(unit)) {
          await write(unit);
        } else {
          leftOut.add(place);
        }
      }
      return leftOut;
    },
  };
}

/** The same transaction, whose units are written through its repositories: for repositories that were changed. */
export function writtenThrough(transaction: Transaction): Transaction {
  return { ...transaction, rows: createRowWriter(transaction) };
}
