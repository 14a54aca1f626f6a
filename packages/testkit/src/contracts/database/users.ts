import { describe, expect, it } from 'vitest';
import { buildApiKey, buildId, builtAt, builtWorkspace } from '../../builders/index.ts';
import type { DatabaseUnderTest } from './under-test.ts';

export function describeUsers(underTest: DatabaseUnderTest): void {
  const ensureOwner = () =>
    underTest.run((transaction) => transaction.users.ensureOwner(builtWorkspace, buildId('user'), builtAt));

  describe('users', () => {
    it('have one owner, made when it is missing', async () => {
      const id = buildId('user');
      const made = await underTest.run((transaction) =>
        transaction.users.ensureOwner(builtWorkspace, id, builtAt),
      );
      expect(made).toBe(id);
      expect(await ensureOwner()).toBe(id);
    });

    it('agree on one owner when two starts make it at once', async () => {
      const owners = await Promise.all([ensureOwner(), ensureOwner(), ensureOwner()]);
      expect(new Set(owners).size).toBe(1);
    });

    it('are found by the hash of their key until it is removed', async () => {
      const userId = await ensureOwner();
      const [key, other] = [buildApiKey(userId), buildApiKey(userId)];
      await underTest.run(async (transaction) => {
        await transaction.users.addApiKey(key);
        await transaction.users.addApiKey(other);
      });
      const find = (hash: string) =>
        underTest.run((transaction) => transaction.users.findApiKey(hash, builtAt));
      expect(await find(key.hash)).toEqual(key);
      expect(await find('0')).toBeNull();
      await underTest.run((transaction) => transaction.users.removeApiKey(key.id));
      expect(await find(key.hash)).toBeNull();
      expect(await find(other.hash)).toEqual(other);
    });

    it('have keys that end, and whose end can be moved', async () => {
      const userId = await ensureOwner();
      const key = buildApiKey(userId, { expiresAt: builtAt + 1_000 });
      const find = (now: number) =>
        underTest.run((transaction) => transaction.users.findApiKey(key.hash, now));
      await underTest.run((transaction) => transaction.users.saveApiKey(key));
      expect(await find(builtAt + 999)).toEqual(key);
      expect(await find(builtAt + 1_000)).toBeNull();

      const moved = buildApiKey(userId, { hash: key.hash, label: 'Until later', expiresAt: builtAt + 5_000 });
      await underTest.run((transaction) => transaction.users.saveApiKey(moved));
      expect(await find(builtAt + 1_000)).toEqual({ ...moved, id: key.id });
      const remove = (now: number) =>
        underTest.run((transaction) => transaction.users.removeEndedApiKeys(now));
      expect(await remove(builtAt + 4_999)).toBe(0);
      expect(await remove(builtAt + 5_000)).toBe(1);
      expect(await find(builtAt)).toBeNull();
    });

    it('cannot share a key', async () => {
      const userId = await ensureOwner();
      const key = buildApiKey(userId);
      await underTest.run((transaction) => transaction.users.addApiKey(key));
      const second = underTest.run((transaction) =>
        transaction.users.addApiKey(buildApiKey(userId, { hash: key.hash })),
      );
      await expect(second).rejects.toMatchObject({ constraint: 'api_keys_hash' });
    });
  });
}
