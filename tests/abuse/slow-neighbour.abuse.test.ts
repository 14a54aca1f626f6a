import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { report } from '../support/report.ts';
import { Installation, median, partsOfLatency, spoil } from './neighbours.ts';
import type { Latency, TestAccount } from './neighbours.ts';

/** More than any step had places for when all accounts shared them. */
const stuckJobs = 24;
const atOnce = 3;
const rounds = 4;
const patienceMs = 45_000;
/** Waves of jobs from which the server learns that this provider is quick; until then it looks twice a minute. */
const warmUps = [6, 8];
/** Tolerance for chance in a median, on a machine that does other things too. */
const noiseMs = 150;
/** Accounts whose balance hangs; read one after the other, they would take 30 s each. */
const stuckBalances = 6;
const balanceTickMs = 15_000;
const balancePatienceMs = 150_000;

interface Hang {
  readonly name: string;
  /** Whether the jobs that get stuck have a file to upload. */
  readonly withPicture: boolean;
  readonly match: { readonly method: string; readonly path: string };
  /** Bytes a second; null: no answer at all. */
  readonly drip: number | null;
}

const hangs: readonly Hang[] = [
  { name: 'submit', withPicture: false, match: { method: 'POST', path: '/video/*' }, drip: null },
  { name: 'upload', withPicture: true, match: { method: 'POST', path: '/image/upload' }, drip: null },
  { name: 'status', withPicture: false, match: { method: 'GET', path: '/video/result/*' }, drip: null },
  { name: 'download that drips', withPicture: false, match: { method: 'GET', path: '/media/*' }, drip: 4 },
  { name: 'download, silent', withPicture: false, match: { method: 'GET', path: '/media/*' }, drip: 0 },
];

interface Healthy {
  readonly at: Installation;
  readonly account: TestAccount;
}

/**
 * Two servers do the same healthy jobs at the same time. Only one of them has another account, whose provider hangs: what
 * differs between the two is what the neighbour costs, and what the machine does besides hits both.
 */
describe('an account whose provider hangs', () => {
  let alone: Healthy;
  let beside: Healthy;

  beforeAll(async () => {
    [alone, beside] = await Promise.all([startHealthy(), startHealthy()]);
    for (const jobs of warmUps) {
      await measureBoth(jobs);
    }
  });

  afterAll(async () => {
    await Promise.all([alone.at.close(), beside.at.close()]);
  });

  async function measureBoth(jobs: number): Promise<[alone: Latency[], beside: Latency[]]> {
    const measure = ({ at, account }: Healthy): Promise<Latency[]> =>
      Promise.all(Array.from({ length: jobs }, () => at.measure(account, patienceMs)));
    return Promise.all([measure(alone), measure(beside)]);
  }

  it.each(hangs)(
    'in $name costs its neighbour less than a tenth',
    async ({ name, withPicture, match, drip }) => {
      const provider = await beside.at.startProvider();
      const stuck = await beside.at.addAccount(name, provider);
      await spoil(provider, match, drip === null ? 'hang' : 'drip', drip);
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
      // Breaks what hangs, so the next one begins as this one did.
      await provider.kill();
      const rows = [...partsOfLatency, 'all' as const].map((part) => {
        const of = (latency: Latency): number =>
          part === 'all' ? latency.accepted + latency.noticed + latency.stored : latency[part];
        return { part, alone: median(aloneAll.map(of)), beside: median(besideAll.map(of)) };
      });
      report(`hang in ${name}, alone / beside: ${rows.map(describeRow).join(', ')}`);
      for (const row of rows) {
        expect.soft(row.beside, row.part).toBeLessThan(row.alone * 1.1 + noiseMs);
      }
    },
  );

  it('in its balance leaves the balances of others as current as they were', async () => {
    const provider = await beside.at.startProvider();
    const stuck = await Promise.all(
      Array.from({ length: stuckBalances }, (_, index) => beside.at.addAccount(`balance ${index}`, provider)),
    );
    // A minute after a video is charged, a reading follows.
    await Promise.all(stuck.map((account) => beside.at.measure(account, patienceMs)));
    await spoil(provider, { method: 'GET', path: '/account/balance' }, 'hang', null);
    await measureBoth(atOnce);
    const [aloneMs, besideMs] = await Promise.all(
      [alone, beside].map(({ at, account }) => at.untilBalanceIsRead(account, balancePatienceMs)),
    );
    await provider.kill();
    const row = { part: 'read', alone: aloneMs ?? 0, beside: besideMs ?? 0 };
    report(`hang in balance, alone / beside: ${describeRow(row)}`);
    expect(row.alone).toBeLessThan(balancePatienceMs);
    // Both look four times a minute, at moments of their own.
    expect(Math.abs(row.beside - row.alone)).toBeLessThan(balanceTickMs + noiseMs * 10);
  });
});

interface Row {
  readonly part: string;
  readonly alone: number;
  readonly beside: number;
}

function describeRow({ part, alone, beside }: Row): string {
  return `${part} ${Math.round(alone)} / ${Math.round(beside)} ms`;
}

async function startHealthy(): Promise<Healthy> {
  const at = await Installation.start();
  return { at, account: await at.addAccount('healthy', await at.startProvider()) };
}
