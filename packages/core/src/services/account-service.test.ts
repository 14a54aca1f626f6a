import { beforeEach, describe, expect, it } from 'vitest';
import type { CreateAccountRequest } from '@pixsim7/contracts';
import { answers, createBench, refusals } from '@pixsim7/testkit/bench';
import type { Bench } from '@pixsim7/testkit/bench';
import { builtCaller } from '@pixsim7/testkit/builders';

let bench: Bench;
beforeEach(() => {
  bench = createBench();
});

const wanted = (changes: Partial<CreateAccountRequest> = {}): CreateAccountRequest => ({
  provider_id: bench.provider.id,
  label: 'Main',
  credentials: { api_key: 'sk-1' },
  ...changes,
});

describe('a new account', () => {
  it('takes its defaults from the manifest, and its balance is read at once', async () => {
    expect(await bench.core.accounts.create(builtCaller, wanted())).toMatchObject({
      label: 'Main',
      max_concurrent: 2,
      priority: 0,
      enabled: true,
      status: 'active',
      base_url: null,
      sandbox: false,
      slots: { used: 0, max: 2 },
      balance: { known: true, amount: 100, spendable: 100, held: 0, unit: 'credits' },
    });
    expect(bench.provider.balance.mock.calls[0]?.[0].credentials).toEqual({ api_key: 'sk-1' });
  });

  it('reaches the provider at the address that it was given', async () => {
    const account = await bench.core.accounts.create(
      builtCaller,
      wanted({ base_url: 'http://127.0.0.1:9100/openapi/v2//' }),
    );
    expect(account.base_url).toBe('http://127.0.0.1:9100/openapi/v2');
    expect(bench.provider.balance.mock.calls[0]?.[0].baseUrl).toBe(account.base_url);
  });

  it('shows at once that its key is wrong', async () => {
    bench.provider.balance.mockRejectedValueOnce(refusals.credentials());
    expect(await bench.core.accounts.create(builtCaller, wanted())).toMatchObject({
      status: 'disabled',
      reason: 'The credentials are refused.',
      balance: { known: false },
    });
  });

  it.each([
    ['an unknown provider', { provider_id: 'nobody' }, ['/provider_id']],
    ['a missing credential', { credentials: {} }, ['/credentials/api_key']],
    ['a credential too many', { credentials: { api_key: 'a', secret: 'b' } }, ['/credentials/secret']],
  ])('is refused with %s', async (_, changes, pointers) => {
    const error: unknown = await bench.core.accounts
      .create(builtCaller, wanted(changes))
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'invalid_params' });
    expect((error as { errors: { pointer: string }[] }).errors.map(({ pointer }) => pointer)).toEqual(
      pointers,
    );
    expect((await bench.core.accounts.list(builtCaller, {})).data).toEqual([]);
  });
});

describe('a balance', () => {
  it('that cannot be read is unknown, not zero', async () => {
    bench.provider.balance.mockRejectedValue(refusals.unavailable());
    const { id, balance, status } = await bench.core.accounts.create(builtCaller, wanted());
    expect(balance).toEqual({
      known: false,
      unit: 'credits',
      held: 0,
      problem: {
        code: 'provider_unavailable',
        detail: expect.any(String),
        since: new Date(bench.system.now()).toISOString(),
      },
    });
    expect(status).toBe('active');
    await bench.addJob();
    await bench.dispatch();
    expect((await bench.core.accounts.get(builtCaller, id)).slots.used).toBe(1);
  });

  it('that cannot be read again stays what it was', async () => {
    const { id } = await bench.core.accounts.create(builtCaller, wanted());
    bench.provider.balance.mockRejectedValueOnce(refusals.unavailable());
    const failedAt = new Date(bench.system.now()).toISOString();
    expect((await bench.core.accounts.refresh(builtCaller, id)).balance).toMatchObject({
      known: true,
      amount: 100,
      problem: { since: failedAt },
    });
    bench.system.advance(60_000);
    bench.provider.balance.mockRejectedValueOnce(refusals.unavailable());
    expect((await bench.core.accounts.refresh(builtCaller, id)).balance.problem?.since).toBe(failedAt);
    const told = (await bench.events()).filter(({ type }) => type === 'account.updated').length;
    expect((await bench.core.accounts.refresh(builtCaller, id)).balance).not.toHaveProperty('problem');
    expect((await bench.events()).filter(({ type }) => type === 'account.updated')).toHaveLength(told + 1);
  });

  it('is less what is held for running work', async () => {
    const account = await bench.addAccount();
    await bench.preparedAttempt();
    expect((await bench.core.accounts.get(builtCaller, account.id)).balance).toMatchObject({
      amount: 100,
      held: 10,
      spendable: 90,
    });
  });

  it('contains nothing that was accepted while it was being read', async () => {
    const account = await bench.addAccount();
    const attempt = await bench.preparedAttempt();
    bench.provider.balance.mockImplementationOnce(async () => {
      bench.system.advance(1_000);
      await bench.run('submit', attempt.id);
      bench.system.advance(1_000);
      return { amount: 100, unit: 'credits', pools: {} };
    });
    expect((await bench.core.accounts.refresh(builtCaller, account.id)).balance.spendable).toBe(90);
  });

  it('is read for the others although one account cannot be opened', async () => {
    const broken = await bench.addAccount({}, { credits: null });
    const other = await bench.addAccount({}, { credits: null });
    await bench.write((transaction) =>
      transaction.accounts.update(broken, { sealedCredentials: 'of another row' }),
    );
    await bench.core.accounts.readDueBalances();
    expect((await bench.core.accounts.get(builtCaller, other.id)).balance.known).toBe(true);
    expect(await bench.core.accounts.get(builtCaller, broken.id)).toMatchObject({
      status: 'disabled',
      balance: { known: false },
    });
  });
});

describe('recovery', () => {
  it.each([
    ['exhausted', 100, 'active'],
    ['exhausted', 0, 'exhausted'],
    ['disabled', 100, 'active'],
  ] as const)('of an %s account with %i credits: %s', async (status, amount, expected) => {
    const account = await bench.addAccount({ status, reason: 'A reason.' });
    bench.provider.balance.mockResolvedValueOnce({ amount, unit: 'credits', pools: {} });
    bench.queue.take();
    expect((await bench.core.accounts.refresh(builtCaller, account.id)).status).toBe(expected);
    expect(bench.queue.take().map(({ step }) => step)).toEqual(['dispatch']);
  });

  it('from a rest is a matter of the clock', async () => {
    const until = bench.system.now() + 5_000;
    const account = await bench.addAccount({ status: 'cooldown', cooldownUntil: until, reason: 'Too many.' });
    expect(await bench.core.accounts.get(builtCaller, account.id)).toMatchObject({
      status: 'cooldown',
      reason: 'Too many.',
    });
    bench.system.advanceTo(until);
    expect(await bench.core.accounts.get(builtCaller, account.id)).toMatchObject({
      status: 'active',
      reason: null,
      cooldown_until: null,
    });
  });
});

describe('a change', () => {
  it('touches what was named and nothing else, and wakes the dispatch', async () => {
    const account = await bench.addAccount({ priority: 7 });
    bench.queue.take();
    expect(await bench.core.accounts.update(builtCaller, account.id, { max_concurrent: 9 })).toMatchObject({
      max_concurrent: 9,
      priority: 7,
      label: account.label,
    });
    expect(bench.queue.take()).toEqual([
      { step: 'dispatch', id: bench.provider.id, runAt: bench.system.now() },
    ]);
    expect(bench.provider.balance).not.toHaveBeenCalled();
  });

  it('of the credentials makes the account active until the provider says otherwise', async () => {
    const account = await bench.addAccount({ status: 'disabled', reason: 'Bad key.' });
    const changed = await bench.core.accounts.update(builtCaller, account.id, {
      credentials: { api_key: 'sk-2' },
    });
    expect(changed).toMatchObject({ status: 'active', reason: null });
    expect(bench.provider.balance.mock.calls[0]?.[0].credentials).toEqual({ api_key: 'sk-2' });
  });

  it.each([{ credentials: { api_key: 'sk-2' } }, { base_url: 'https://elsewhere.example' }])(
    'of the identity is refused while an attempt depends on it: %j',
    async (change) => {
      const account = await bench.addAccount();
      bench.provider.execute.mockResolvedValueOnce(answers.unanswered(refusals.noAnswer()));
      const attempt = await bench.acceptedAttempt();
      await expect(bench.core.accounts.update(builtCaller, account.id, change)).rejects.toMatchObject({
        code: 'state_conflict',
      });
      expect(await bench.core.accounts.update(builtCaller, account.id, { enabled: false })).toMatchObject({
        enabled: false,
      });
      expect((await bench.submission(attempt.id)).state).toBe('unknown');
    },
  );

  it('to wrong credentials is refused', async () => {
    const account = await bench.addAccount();
    await expect(
      bench.core.accounts.update(builtCaller, account.id, { credentials: {} }),
    ).rejects.toMatchObject({
      code: 'invalid_params',
    });
  });

  it('of the address of a sandbox goes on under running attempts, and of nobody else', async () => {
    const sandbox = await bench.addAccount({ sandbox: true, baseUrl: 'http://127.0.0.1:1' });
    await bench.acceptedAttempt();
    await bench.core.accounts.moveSandbox(builtCaller, sandbox.id, 'http://127.0.0.1:2');
    expect((await bench.core.accounts.get(builtCaller, sandbox.id)).base_url).toBe('http://127.0.0.1:2');
    const real = await bench.addAccount({ baseUrl: 'https://api.example' });
    await bench.core.accounts.moveSandbox(builtCaller, real.id, 'http://127.0.0.1:2');
    expect((await bench.core.accounts.get(builtCaller, real.id)).base_url).toBe('https://api.example');
  });
});

describe('removal', () => {
  it('takes the account out of use and keeps its row for the ledger', async () => {
    const account = await bench.addAccount();
    await bench.core.accounts.remove(builtCaller, account.id);
    expect((await bench.core.accounts.list(builtCaller, {})).data).toEqual([]);
    await expect(bench.core.accounts.get(builtCaller, account.id)).rejects.toMatchObject({
      code: 'not_found',
    });
    expect((await bench.account(account.id)).deletedAt).toBe(bench.system.now());
    expect((await bench.events()).map(({ type }) => type)).toEqual(['account.deleted']);
  });

  it('is refused while an attempt needs it', async () => {
    const account = await bench.addAccount();
    const attempt = await bench.acceptedAttempt();
    await bench.core.jobs.cancel(builtCaller, attempt.jobId);
    await expect(bench.core.accounts.remove(builtCaller, account.id)).rejects.toMatchObject({
      code: 'state_conflict',
    });
  });
});
