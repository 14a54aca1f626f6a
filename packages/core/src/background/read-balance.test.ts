import { beforeEach, describe, expect, it, vi } from 'vitest';
import { answers, createBench, refusals } from '@pixsim7/testkit/bench';
import type { Bench } from '@pixsim7/testkit/bench';
import { builtCaller } from '@pixsim7/testkit/builders';
import type { AccountRow } from '../model/index.ts';

const minute = 60_000;

let bench: Bench;
beforeEach(() => {
  bench = createBench();
});

const readAccounts = (): string[] =>
  bench.provider.balance.mock.calls.splice(0).map(([{ accountId }]) => accountId);

const says = (amount: number) => ({ amount, unit: 'credits', pools: {} });

/** Claims and reads what is due, and tells which accounts were asked. */
async function readDue(): Promise<string[]> {
  readAccounts();
  await bench.core.accounts.readDueBalances();
  return readAccounts();
}

async function balanceOf(account: AccountRow | undefined): Promise<number | null | undefined> {
  return (await bench.core.accounts.get(builtCaller, account?.id ?? '')).balance.amount;
}

describe('events of an account', () => {
  it('tell its balance when it is another, why it cannot be read, and that it can again', async () => {
    const account = await bench.addAccount();
    for (const balance of [says(40), says(40), says(30), null, null, says(30)]) {
      if (balance === null) {
        bench.provider.balance.mockRejectedValueOnce(refusals.unavailable());
      } else {
        bench.provider.balance.mockResolvedValueOnce(balance);
      }
      await bench.core.accounts.refresh(builtCaller, account.id);
      bench.system.advance(60 * minute);
    }
    const told = (await bench.events()).filter(({ subjectId }) => subjectId === account.id);
    expect(told.map(({ data }) => ('balance' in data ? data.balance : null))).toEqual([
      expect.objectContaining({ known: true, amount: 40, unit: 'credits', problem: null }),
      expect.objectContaining({ known: true, amount: 30, problem: null }),
      { problem: expect.objectContaining({ code: 'provider_unavailable' }) },
      expect.objectContaining({ known: true, amount: 30, problem: null }),
    ]);
  });
});

describe('scheduled readings', () => {
  it('begin at once, go on hourly for an idle account, and leave out what is switched off', async () => {
    const account = await bench.addAccount();
    await bench.addAccount({ enabled: false }, { credential: 'sk-off' });
    expect(await readDue()).toEqual([account.id]);
    bench.system.advance(60 * minute - 1);
    expect(await readDue()).toEqual([]);
    bench.system.advance(1);
    expect(await readDue()).toEqual([account.id]);
  });

  it('come every ten minutes while the account is in use, and a minute after a settlement', async () => {
    const account = await bench.addAccount();
    const attempt = await bench.acceptedAttempt();
    await readDue();
    bench.system.advance(10 * minute - 1);
    expect(await readDue()).toEqual([]);
    bench.system.advance(1);
    expect(await readDue()).toEqual([account.id]);

    bench.provider.checkStatus.mockResolvedValueOnce(answers.ended('failed', null, { credits: 10 }));
    await bench.run('check', attempt.id);
    bench.system.advance(minute - 1);
    expect(await readDue()).toEqual([]);
    bench.system.advance(1);
    expect(await readDue()).toEqual([account.id]);
  });

  it('do not wait for an account whose provider hangs, and ask it once at a time', async () => {
    const accounts = [await bench.addAccount(), await bench.addAccount({}, { credential: 'sk-2' })];
    let answer = (): void => undefined;
    bench.provider.balance.mockImplementation((access) =>
      access.accountId === accounts[0]?.id
        ? new Promise((resolve) => (answer = () => resolve(says(1))))
        : Promise.resolve(says(2)),
    );
    const reading = bench.core.accounts.readDueBalances();
    await vi.waitFor(async () => expect(await balanceOf(accounts[1])).toBe(2));
    expect(await balanceOf(accounts[0])).toBe(100);

    const refreshed = bench.core.accounts.refresh(builtCaller, accounts[0]?.id ?? '');
    await vi.waitFor(() => expect(bench.dependencies.bulkheads.balance.waiting).toBe(1));
    bench.system.advance(5_000);
    expect((await refreshed).balance.amount).toBe(100);
    expect(readAccounts()).toHaveLength(2);
    answer();
    await reading;
    expect(await balanceOf(accounts[0])).toBe(1);
    expect(bench.dependencies.bulkheads.balance.used).toBe(0);
  });

  it('are made by one process, and by another one when that does not finish', async () => {
    const account = await bench.addAccount();
    const claim = (): Promise<AccountRow[]> =>
      bench.write((transaction) =>
        transaction.accounts.claimReadings(
          [bench.provider.id],
          bench.system.now(),
          bench.system.now() + 2 * minute,
        ),
      );
    expect((await claim()).map(({ id }) => id)).toEqual([account.id]);
    expect(await claim()).toEqual([]);
    bench.system.advance(2 * minute);
    expect(await claim()).toHaveLength(1);
  });

  it('are tried again after five minutes when the provider does not answer', async () => {
    const account = await bench.addAccount();
    bench.provider.balance.mockRejectedValueOnce(refusals.unavailable());
    await readDue();
    bench.system.advance(5 * minute - 1);
    expect(await readDue()).toEqual([]);
    bench.system.advance(1);
    expect(await readDue()).toEqual([account.id]);
  });
});

describe('recovery without a person', () => {
  it('verifies refused credentials at once: one endpoint alone does not end an account', async () => {
    const account = await bench.addAccount();
    await readDue();
    bench.provider.execute.mockResolvedValueOnce(answers.rejected(refusals.credentials()));
    await bench.acceptedAttempt();
    expect((await bench.account(account.id)).status).toBe('disabled');
    expect(await readDue()).toEqual([account.id]);
    expect(await bench.core.accounts.get(builtCaller, account.id)).toMatchObject({
      status: 'active',
      reason: null,
    });
  });

  it('leaves an account disabled whose credentials are refused again, and tries hourly', async () => {
    const account = await bench.addAccount({ status: 'disabled', reason: 'Refused.' });
    bench.provider.balance.mockRejectedValueOnce(refusals.credentials());
    expect(await readDue()).toEqual([account.id]);
    expect((await bench.account(account.id)).status).toBe('disabled');
    bench.system.advance(60 * minute - 1);
    expect(await readDue()).toEqual([]);
    bench.system.advance(1);
    expect(await readDue()).toEqual([account.id]);
    expect((await bench.account(account.id)).status).toBe('active');
  });

  it('brings an exhausted account back within ten minutes of a top-up, and wakes the dispatch', async () => {
    const account = await bench.addAccount({ status: 'exhausted', reason: 'Empty.' });
    bench.provider.balance.mockResolvedValueOnce(says(0));
    await readDue();
    expect((await bench.account(account.id)).status).toBe('exhausted');
    bench.system.advance(10 * minute);
    bench.queue.take();
    await readDue();
    expect((await bench.account(account.id)).status).toBe('active');
    expect(bench.queue.take().map(({ step }) => step)).toEqual(['dispatch']);
  });
});

describe('drift', () => {
  const drifts = async (account: AccountRow, amount: number): Promise<unknown> => {
    bench.system.advance(10 * minute);
    bench.provider.balance.mockResolvedValueOnce(says(amount));
    return (await bench.core.accounts.refresh(builtCaller, account.id)).balance.drift;
  };

  it('is unknown with the first reading', async () => {
    const account = await bench.addAccount({}, { credits: null });
    expect((await bench.core.accounts.refresh(builtCaller, account.id)).balance).toEqual({
      known: true,
      amount: 100,
      unit: 'credits',
      held: 0,
      spendable: 100,
      observed_at: expect.any(String) as string,
    });
  });

  it('is what the ledger does not explain since the reading before', async () => {
    const account = await bench.addAccount();
    const since = new Date(bench.system.now()).toISOString();
    bench.system.advance(10 * minute);
    const attempt = await bench.acceptedAttempt();
    bench.provider.checkStatus.mockResolvedValueOnce(answers.ended('failed', null, { credits: 10 }));
    await bench.run('check', attempt.id);
    expect(await drifts(account, 83)).toEqual({ amount: -7, since });
    expect(bench.logLines).toContainEqual({
      level: 'warn',
      fields: { account_id: account.id, drift: -7, unit: 'credits' },
      message: 'balance differs from what the ledger expects',
    });
    const told = (await bench.events()).filter(({ type }) => type === 'account.updated');
    expect(told.map(({ subjectId }) => subjectId)).toEqual([account.id]);
  });

  it('is zero, and no news, when the two agree', async () => {
    const account = await bench.addAccount();
    expect(await drifts(account, 100)).toMatchObject({ amount: 0 });
    expect(await bench.events()).toEqual([]);
    expect(bench.logLines).toEqual([]);
  });

  it('allows for a charge of which nobody knows whether it was made', async () => {
    const account = await bench.addAccount();
    const attempt = await bench.acceptedAttempt();
    bench.provider.checkStatus.mockResolvedValueOnce(answers.ended('failed', null));
    await bench.run('check', attempt.id);
    expect(await bench.ledger(attempt.id)).toEqual(['hold 10', 'settle null']);
    expect(await drifts(account, 95)).toMatchObject({ amount: 0 });
  });
});
