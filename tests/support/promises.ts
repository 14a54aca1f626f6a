import { expect } from 'vitest';
import type { Event } from '@pixsim7/contracts';
import { openPostgresDatabase } from '@pixsim7/infra';
import { emulatorState, providerHash } from './client.ts';
import { atATime, creditsOfAnAccount } from './cluster-under-test.ts';
import type { ClusterUnderTest } from './cluster-under-test.ts';
import { inGroups } from './in-groups.ts';

/**
 * Holds everything that the product promises against what the provider says: one paid generation per job, no account
 * above its limit, a ledger that agrees with the provider's own, and every file with its right bytes.
 *
 * @returns generations that the provider was paid for
 */
export async function expectPromisesKept(cluster: ClusterUnderTest, jobCount: number): Promise<number> {
  const { accounts, client, emulator } = cluster;
  const jobs = await client.jobs();
  expect(jobs).toHaveLength(jobCount);
  expect(jobs.filter(({ status }) => status !== 'completed')).toEqual([]);

  const state = await emulatorState(emulator.ready);
  const attempts = (await inGroups(jobs, atATime, ({ id }) => client.submissions(id))).flat();
  const stored = new Map(
    attempts.filter((attempt) => attempt.state === 'stored').map((attempt) => [attempt.job_id, attempt]),
  );
  // Each generation belongs to one job, and each job to one: as many as jobs, and the same ids.
  expect(state.generations).toHaveLength(jobs.length);
  expect(new Set([...stored.values()].map((attempt) => attempt.provider_job_id))).toEqual(
    new Set(state.generations.map(({ id }) => id)),
  );

  for (const account of accounts) {
    const seen = state.accounts.find((entry) => entry.api_key_suffix === account.label);
    expect(seen?.max_running ?? 0).toBeLessThanOrEqual(account.max_concurrent);
    const charged = jobs
      .filter((job) => job.account_id === account.id)
      .reduce((sum, job) => sum + (job.credits.charged ?? Number.NaN), 0);
    expect(charged).toBe(creditsOfAnAccount - (seen?.credits_left ?? creditsOfAnAccount));
  }

  await inGroups(jobs, atATime, async (job) => {
    expect(job.credits.held).toBe(0);
    expect(job.assets).toHaveLength(1);
    const generation = stored.get(job.id)?.provider_job_id ?? '';
    const hash = await providerHash(emulator.ready, generation);
    for (const asset of job.assets) {
      expect(asset.sha256).toBe(hash);
      expect(await client.contentHash(asset.id)).toBe(hash);
    }
  });
  return state.generations.length;
}

/**
 * Every follower received what the outbox has: each event once, in order. Returns how many those are. Previews are made
 * after a job has completed, and each adds an event, so the outbox may still grow: only what it had is compared.
 */
export async function expectEventsOnceInOrder(
  { followers }: ClusterUnderTest,
  databaseUrl: string,
): Promise<number> {
  const outbox = await readOutbox(databaseUrl);
  const last = outbox.at(-1)?.sequence ?? 0;
  await expect
    .poll(() => followers.filter(({ lastSequence }) => lastSequence < last), { timeout: 30_000 })
    .toEqual([]);
  expect(outbox.map(({ sequence }) => sequence)).toEqual(outbox.map((_, index) => index + 1));
  for (const { events } of followers) {
    expect(events.slice(0, outbox.length).map(identityOf)).toEqual(outbox);
  }
  return outbox.length;
}

interface EventIdentity {
  readonly sequence: number;
  readonly id: string;
  readonly type: string;
}

function identityOf({ sequence, id, type }: Event): EventIdentity {
  return { sequence, id, type };
}

/** Straight from the tables, and not through the code that follows them. */
async function readOutbox(url: string): Promise<EventIdentity[]> {
  const log = (): void => undefined;
  const database = await openPostgresDatabase({
    url,
    now: Date.now,
    logger: { debug: log, info: log, warn: log, error: log },
  });
  try {
    const rows = await database.transaction(({ events }) => events.after(0, 1_000_000));
    return rows.map(({ sequence, id, type }) => ({ sequence, id, type }));
  } finally {
    await database.close();
  }
}
