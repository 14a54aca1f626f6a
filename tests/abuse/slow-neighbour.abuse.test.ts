import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { report } from '../support/report.ts';
import { Installation, median, partsOfLatency, spoil, type Latency, type TestAccount } from './neighbours.ts';

/** More than any step had places for when all accounts shared them. */
const stuckJobs = 24;
const atOnce = 3;
const rounds = 4;
const patienceMs = 45_000;
/** Waves of jobs from which the server learns that this provider is quick; until then it looks twice a minute. */
const warmUps = [6, 10, 20];
/** What chance adds to a median on a machine that does other things too. */
const noiseMs = 150;

interface Hang {
  readonly name: string;
  /** Whether the jobs that get stuck have a file to upload. */
  readonly withPicture: boolean;
  readonly begin: (account: TestAccount) => Promise<void>;
}

const hangs: readonly Hang[] = [
  {
    name: 'submit',
    withPicture: false,
    begin: (account) => spoil(account, { method: 'POST', path: '/video/*' }, 'hang'),
  },
  {
    name: 'upload',
    withPicture: true,
    begin: (account) => spoil(account, { method: 'POST', path: '/image/upload' }, 'hang'),
  },
  {
    name: 'status',
    withPicture: false,
    begin: (account) => spoil(account, { method: 'GET', path: '/video/result/*' }, 'hang'),
  },
  {
    name: 'download that drips',
    withPicture: false,
    begin: (account) => spoil(account, { method: 'GET', path: '/media/*' }, 'drip', 4),
  },
  {
    name: 'download that falls silent',
    withPicture: false,
    begin: (account) => spoil(account, { method: 'GET', path: '/media/*' }, 'drip', 0),
  },
  {
    name: 'balance',
    withPicture: false,
    begin: (account) => spoil(account, { method: 'GET', path: '/account/balance' }, 'hang'),
  },
];

/**
 * Two servers do the same healthy jobs at the same time. Only one of them has a second account, whose provider hangs: what
 * differs between the two is what the neighbour costs, and what the machine does besides hits both.
 */
describe('an account whose provider hangs', () => {
  let alone: { readonly at: Installation; readonly account: TestAccount };
  let beside: { readonly at: Installation; readonly account: TestAccount };

  beforeAll(async () => {
    [alone, beside] = await Promise.all([startHealthy(), startHealthy()]);
    for (const jobs of warmUps) await measureBoth(jobs);
  });

  afterAll(async () => {
    await Promise.all([alone.at.close(), beside.at.close()]);
  });

  async function measureBoth(jobs: number): Promise<[alone: Latency[], beside: Latency[]]> {
    const measure = ({ at, account }: typeof alone): Promise<Latency[]> =>
      Promise.all(Array.from({ length: jobs }, () => at.measure(account, patienceMs)));
    return Promise.all([measure(alone), measure(beside)]);
  }

  it.each(hangs)('in $name costs its neighbour less than a tenth', async ({ name, withPicture, begin }) => {
    const stuck = await beside.at.addAccount(`stuck-${hangs.findIndex((hang) => hang.name === name)}`);
    await begin(stuck);
    await beside.at.createJobs(stuck, stuckJobs, withPicture);
    // The first of them reach the place where they get stuck.
    await sleep(6_000);
    const aloneAll: Latency[] = [];
    const besideAll: Latency[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const [first, second] = await measureBoth(atOnce);
      aloneAll.push(...first);
      besideAll.push(...second);
    }
    const rows = [...partsOfLatency, 'all' as const].map((part) => {
      const of = (latency: Latency): number =>
        part === 'all' ? latency.accepted + latency.noticed + latency.stored : latency[part];
      return { part, alone: median(aloneAll.map(of)), beside: median(besideAll.map(of)) };
    });
    report(
      `hang in ${name}: ${rows.map((row) => `${row.part} ${row.alone} ms alone, ${row.beside} ms beside`).join('; ')}`,
    );
    for (const row of rows) {
      expect.soft(row.beside, `${name}: ${row.part}`).toBeLessThan(row.alone * 1.1 + noiseMs);
    }
  });
});

async function startHealthy(): Promise<{ readonly at: Installation; readonly account: TestAccount }> {
  const at = await Installation.start();
  return { at, account: await at.addAccount('healthy') };
}
