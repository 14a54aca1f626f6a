import { afterEach, describe, expect, it } from 'vitest';
import { handleOf } from './conformance-bench.ts';
import type { ConformanceBench } from './conformance-bench.ts';
import type { ProviderUnderTest } from './provider-under-test.ts';
import { expectNoSecrets } from './secrets.ts';

/** Longer than any test: what was submitted under it keeps running. */
const neverEnds = { render_seconds: [3_600, 3_600] };

/** Credentials, limits and credits. */
export function describeAccounts(provider: ProviderUnderTest, bench: () => ConformanceBench): void {
  const adapter = provider.createAdapter({ fetch, createUuid: () => crypto.randomUUID() });
  const { behaviour } = adapter.manifest;

  describe('account', () => {
    afterEach(() =>
      bench().emulator.control.changeSettings({ render_seconds: [0, 0], max_concurrent: 1_000 }),
    );

    it('with credentials that the provider does not accept is disabled, and the job may go elsewhere', async () => {
      const { strangerAccount: account } = bench().emulator;
      const { result } = await bench().submit(bench().simplest, { account });
      expect(result).toMatchObject({
        outcome: 'rejected',
        error: {
          class: 'AuthenticationError',
          accountEffect: 'disabled',
          retry: 'other_account',
          charged: 'no',
        },
      });
    });

    it('without credentials sends nothing', async () => {
      const account = { ...bench().emulator.newAccount(), credentials: {} };
      const prepared = await bench().prepare(bench().simplest, { account });
      const before = await bench().callsTo(prepared.request.endpoint);
      expect((await bench().send(prepared)).result).toMatchObject({
        outcome: 'rejected',
        error: { class: 'AuthenticationError', charged: 'no' },
      });
      expect(await bench().callsTo(prepared.request.endpoint)).toBe(before);
    });

    if (behaviour.over_limit === 'refused') {
      it('over its limit is told to wait', async () => {
        await bench().emulator.control.changeSettings({ ...neverEnds, max_concurrent: 1 });
        const account = bench().emulator.newAccount();
        expect((await bench().submit(bench().simplest, { account })).result.outcome).toBe('accepted');
        expect((await bench().submit(bench().simplest, { account })).result).toMatchObject({
          outcome: 'rejected',
          error: { class: 'ConcurrencyLimitError', retry: 'later', accountEffect: 'cooldown', charged: 'no' },
        });
      });
    }

    if (behaviour.over_limit === 'queued') {
      it('over its limit waits at the provider, and is made in turn', async () => {
        await bench().emulator.control.changeSettings({ render_seconds: [60, 60], max_concurrent: 1 });
        const account = bench().emulator.newAccount();
        const first = await bench().submit(bench().simplest, { account });
        const second = await bench().submit(bench().simplest, { account });
        expect(await bench().check(account, handleOf(second))).toMatchObject({ status: 'pending' });
        bench().emulator.advance(60);
        expect(await bench().untilEnd(account, handleOf(first))).toMatchObject({ status: 'completed' });
        expect((await bench().check(account, handleOf(second))).status).not.toBe('completed');
        bench().emulator.advance(60);
        expect(await bench().untilEnd(account, handleOf(second))).toMatchObject({ status: 'completed' });
      });
    }

    if (adapter.balance !== undefined) {
      it('has a balance that falls by the price', async () => {
        const account = bench().emulator.newAccount();
        const before = await balanceOf(account);
        const { mapped } = await bench().submit(bench().simplest, { account });
        const after = await balanceOf(account);
        expect(after.unit).toBe(mapped.price.unit);
        expect(before.amount - after.amount).toBe(mapped.price.credits);
        expect(Object.values(after.pools).reduce((sum, amount) => sum + amount, 0)).toBe(after.amount);
        expectNoSecrets(account, after);
      });
    }

    async function balanceOf(account: Parameters<typeof expectNoSecrets>[0]) {
      const balance = await bench().adapter.balance?.(account);
      if (balance === undefined) {
        throw new Error('The adapter has no balance.');
      }
      return balance;
    }
  });
}
