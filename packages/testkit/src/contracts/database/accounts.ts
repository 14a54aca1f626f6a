import { describe, expect, it } from 'vitest';
import { StaleRowError } from '@pixsim7/core';
import { buildBalanceReading, buildId, buildProviderUpload, builtAt } from '../../builders/index.ts';
import { givenAccount, givenAsset } from './given.ts';
import type { DatabaseUnderTest } from './under-test.ts';

export function describeAccounts(underTest: DatabaseUnderTest): void {
  describe('accounts', () => {
    it('gives back every field as it was written', async () => {
      const { account, read, locked } = await underTest.run(async (transaction) => {
        const account = await givenAccount(transaction, {
          label: 'Zweitkonto "B"',
          sealedCredentials: 'v1:c2VhbGVk',
          baseUrl: 'http://127.0.0.1:9100/openapi/v2',
          maxConcurrent: 5,
          priority: -3,
          enabled: false,
          status: 'cooldown',
          reason: 'too many generations',
          cooldownUntil: builtAt + 60_001,
          crowding: { limit: 1, refusals: 2, since: builtAt + 1 },
          breaker: {
            failures: [{ jobId: buildId('job'), phase: 'generation' }],
            openings: 2,
            openUntil: builtAt + 30_000,
            trialId: buildId('submission'),
          },
          balanceDueAt: builtAt + 6,
          sandbox: true,
          webhookToken: '0f8fad5bd9cb469fa16570867728950e',
          webhookSeenAt: builtAt + 6,
          lastUsedAt: builtAt + 7,
          version: 4,
          updatedAt: builtAt + 8,
          deletedAt: builtAt + 9,
        });
        const read = await transaction.accounts.get(account.id);
        return { account, read, locked: await transaction.accounts.lock(account.id) };
      });
      expect(read).toEqual(account);
      expect(locked).toEqual(account);
    });

    it('answers null for an id that nobody has', async () => {
      const [read, locked] = await underTest.run(async (transaction) => [
        await transaction.accounts.get(buildId('account')),
        await transaction.accounts.lock(buildId('account')),
      ]);
      expect(read).toBeNull();
      expect(locked).toBeNull();
    });

    it('changes what it is told to, raises the version and returns the row', async () => {
      const { account, updated, read } = await underTest.run(async (transaction) => {
        const account = await givenAccount(transaction);
        const updated = await transaction.accounts.update(account, {
          status: 'exhausted',
          reason: 'no credits',
          updatedAt: builtAt + 1,
        });
        return { account, updated, read: await transaction.accounts.get(account.id) };
      });
      expect(updated).toEqual({
        ...account,
        status: 'exhausted',
        reason: 'no credits',
        updatedAt: builtAt + 1,
        version: 2,
      });
      expect(read).toEqual(updated);
    });

    it('refuses to change a row that moved on since it was read', async () => {
      const account = await underTest.run((transaction) => givenAccount(transaction));
      await underTest.run((transaction) => transaction.accounts.update(account, { label: 'first' }));
      const late = underTest.run((transaction) => transaction.accounts.update(account, { label: 'second' }));
      await expect(late).rejects.toBeInstanceOf(StaleRowError);
    });

    it('lists the oldest first, without the removed ones, but still reads those', async () => {
      const { newer, older, elsewhere, removed, all, filtered, read } = await underTest.run(
        async (transaction) => {
          const newer = await givenAccount(transaction, { createdAt: builtAt + 1 });
          const older = await givenAccount(transaction);
          const elsewhere = await givenAccount(transaction, { providerId: 'elsewhere' });
          const removed = await givenAccount(transaction, { deletedAt: builtAt + 2 });
          return {
            newer,
            older,
            elsewhere,
            removed,
            all: await transaction.accounts.list({}),
            filtered: await transaction.accounts.list({ providerId: 'example' }),
            read: await transaction.accounts.get(removed.id),
          };
        },
      );
      expect(all).toEqual([older, elsewhere, newer]);
      expect(filtered).toEqual([older, newer]);
      expect(read).toEqual(removed);
    });
  });

  describe('balance readings', () => {
    it('gives the reading that was observed last, whatever the order of writing', async () => {
      const { account, other, newest, ofOther, readings } = await underTest.run(async (transaction) => {
        const [account, other, unread] = [
          await givenAccount(transaction),
          await givenAccount(transaction),
          await givenAccount(transaction),
        ];
        const newest = buildBalanceReading(account.id, {
          amount: 12.5,
          unit: 'points',
          pools: { package: 10, gift: 2.5 },
          observedAt: builtAt + 10,
          drift: -0.5,
          driftSince: builtAt + 5,
        });
        const ofOther = buildBalanceReading(other.id, { amount: 0 });
        await transaction.accounts.addReading(newest);
        await transaction.accounts.addReading(buildBalanceReading(account.id, { observedAt: builtAt + 5 }));
        await transaction.accounts.addReading(ofOther);
        const readings = await transaction.accounts.latestReadings([account.id, other.id, unread.id]);
        return { account, other, newest, ofOther, readings };
      });
      expect(readings).toEqual(
        new Map([
          [account.id, newest],
          [other.id, ofOther],
        ]),
      );
      expect(await underTest.run((transaction) => transaction.accounts.latestReadings([]))).toEqual(
        new Map(),
      );
    });

    it('takes the one that was written last among readings of the same moment', async () => {
      const { account, readings } = await underTest.run(async (transaction) => {
        const account = await givenAccount(transaction);
        for (const amount of [100, 55]) {
          await transaction.accounts.addReading(buildBalanceReading(account.id, { amount }));
        }
        return { account, readings: await transaction.accounts.latestReadings([account.id]) };
      });
      expect(readings.get(account.id)?.amount).toBe(55);
    });
  });

  describe('due readings', () => {
    it('are claimed once, of the named providers, while the account is in use', async () => {
      const [now, until] = [builtAt + 100, builtAt + 200];
      const { wanted, claimed, second, later } = await underTest.run(async (transaction) => {
        const never = await givenAccount(transaction);
        const due = await givenAccount(transaction, { balanceDueAt: now });
        await givenAccount(transaction, { balanceDueAt: now + 1 });
        await givenAccount(transaction, { enabled: false });
        await givenAccount(transaction, { deletedAt: builtAt });
        await givenAccount(transaction, { providerId: 'elsewhere' });
        const claim = (at: number) => transaction.accounts.claimReadings(['example', 'other'], at, until);
        const claimed = await claim(now);
        return {
          wanted: [never, due].map((account) => ({ ...account, balanceDueAt: until })),
          claimed,
          second: await claim(now),
          later: await claim(until),
        };
      });
      expect(new Set(claimed)).toEqual(new Set(wanted));
      expect(second).toEqual([]);
      expect(later).toHaveLength(3);
      const none = await underTest.run(({ accounts }) => accounts.claimReadings([], until, until));
      expect(none).toEqual([]);
    });

    it('are moved without a new version, forward only when they are expedited', async () => {
      const rows = await underTest.run(async (transaction) => {
        const { accounts } = transaction;
        const account = await givenAccount(transaction);
        const read = async () => (await accounts.get(account.id))?.balanceDueAt;
        await accounts.expediteReading(account.id, builtAt + 1);
        const untouched = await read();
        const problem = { code: 'provider_unavailable', detail: 'No answer.', since: builtAt };
        await accounts.scheduleReading(account.id, builtAt + 50, problem);
        await accounts.expediteReading(account.id, builtAt + 60);
        const same = await read();
        await accounts.expediteReading(account.id, builtAt + 40);
        const { balanceProblem, version } = (await accounts.get(account.id)) ?? account;
        expect(balanceProblem).toEqual(problem);
        return [untouched, same, await read(), version];
      });
      expect(rows).toEqual([null, builtAt + 50, builtAt + 40, 1]);
    });
  });

  describe('deliveries of webhooks', () => {
    it('are noted once per account, and tell that webhooks arrive', async () => {
      const result = await underTest.run(async (transaction) => {
        const { accounts } = transaction;
        const [one, other] = [await givenAccount(transaction), await givenAccount(transaction)];
        const add = (accountId: typeof one.id, deliveryId: string, receivedAt: number) =>
          accounts.addDelivery({ accountId, deliveryId, receivedAt });
        const added = [
          await add(one.id, 'a', builtAt + 1),
          await add(one.id, 'a', builtAt + 2),
          await add(one.id, 'b', builtAt + 3),
          await add(other.id, 'a', builtAt + 4),
        ];
        const known = [await accounts.hasDelivery(one.id, 'a'), await accounts.hasDelivery(other.id, 'b')];
        const { webhookSeenAt, version } = (await accounts.get(one.id)) ?? one;
        return { added, known, webhookSeenAt, version };
      });
      expect(result).toEqual({
        added: [true, false, true, true],
        known: [true, false],
        webhookSeenAt: builtAt + 3,
        version: 1,
      });
    });

    it('are forgotten when they are old', async () => {
      const result = await underTest.run(async (transaction) => {
        const { accounts } = transaction;
        const accountId = (await givenAccount(transaction)).id;
        await accounts.addDelivery({ accountId, deliveryId: 'old', receivedAt: builtAt });
        await accounts.addDelivery({ accountId, deliveryId: 'new', receivedAt: builtAt + 1 });
        const forgotten = await accounts.forgetDeliveries(builtAt + 1, 10);
        return [
          forgotten,
          await accounts.hasDelivery(accountId, 'old'),
          await accounts.hasDelivery(accountId, 'new'),
        ];
      });
      expect(result).toEqual([1, false, true]);
    });
  });

  describe('uploads to a provider', () => {
    it('remembers an upload by account, file and role, and replaces an older one', async () => {
      const { upload, read, otherRole, otherAccount } = await underTest.run(async (transaction) => {
        const [account, other] = [await givenAccount(transaction), await givenAccount(transaction)];
        const asset = await givenAsset(transaction);
        const parents = { accountId: account.id, assetId: asset.id };
        const upload = buildProviderUpload(parents, {
          resolved: {
            reference: { img_id: '318830014125572999', img_url: 'https://media.example.com/x.png' },
            reusable: true,
            expiresAt: '2026-01-02T00:00:00.000Z',
          },
          uploadedAt: builtAt + 5,
        });
        await transaction.accounts.saveUpload(buildProviderUpload(parents));
        await transaction.accounts.saveUpload(upload);
        return {
          upload,
          read: await transaction.accounts.upload(account.id, asset.id, 'first_frame'),
          otherRole: await transaction.accounts.upload(account.id, asset.id, 'subject'),
          otherAccount: await transaction.accounts.upload(other.id, asset.id, 'first_frame'),
        };
      });
      expect(read).toEqual(upload);
      expect(otherRole).toBeNull();
      expect(otherAccount).toBeNull();
    });

    it('forgets every role of the named files of one account', async () => {
      const kept = await underTest.run(async (transaction) => {
        const [account, other] = [await givenAccount(transaction), await givenAccount(transaction)];
        const [gone, stays] = [await givenAsset(transaction), await givenAsset(transaction)];
        for (const accountId of [account.id, other.id]) {
          for (const assetId of [gone.id, stays.id]) {
            for (const role of ['first_frame', 'subject']) {
              await transaction.accounts.saveUpload(buildProviderUpload({ accountId, assetId }, { role }));
            }
          }
        }
        await transaction.accounts.forgetUploads(account.id, [gone.id]);
        await transaction.accounts.forgetUploads(account.id, []);
        return [
          await transaction.accounts.upload(account.id, gone.id, 'first_frame'),
          await transaction.accounts.upload(account.id, gone.id, 'subject'),
          await transaction.accounts.upload(account.id, stays.id, 'subject'),
          await transaction.accounts.upload(other.id, gone.id, 'first_frame'),
        ].map((upload) => upload !== null);
      });
      expect(kept).toEqual([false, false, true, true]);
    });
  });
}
