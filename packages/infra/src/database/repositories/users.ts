import { and, eq, gt, isNull, lte, or } from 'drizzle-orm';
import type { UserRepository } from '@pixsim7/core';
import type { RepositoryConnection } from '../connection.ts';
import { apiKeys, users, workspaces } from '../schema/index.ts';

export function createUserRepository({ drizzle: connection }: RepositoryConnection): UserRepository {
  return {
    async ensureOwner(workspaceId, id, now) {
      await connection
        .insert(workspaces)
        .values({ id: workspaceId, name: 'Workspace', createdAt: now })
        .onConflictDoNothing();
      await connection.insert(users).values({ id, isOwner: true, createdAt: now }).onConflictDoNothing();
      const [owner] = await connection.select({ id: users.id }).from(users).where(eq(users.isOwner, true));
      if (owner === undefined) {
        throw new Error('The owner was neither made nor found.');
      }
      return owner.id;
    },
    async addApiKey(key) {
      await connection.insert(apiKeys).values(key);
    },
    async saveApiKey(key) {
      await connection
        .insert(apiKeys)
        .values(key)
        .onConflictDoUpdate({ target: apiKeys.hash, set: { label: key.label, expiresAt: key.expiresAt } });
    },
    async findApiKey(hash, now) {
      const [key] = await connection
        .select()
        .from(apiKeys)
        .where(and(eq(apiKeys.hash, hash), or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, now))));
      return key ?? null;
    },
    async removeApiKey(id) {
      await connection.delete(apiKeys).where(eq(apiKeys.id, id));
    },
    async removeEndedApiKeys(now) {
      const removed = await connection
        .delete(apiKeys)
        .where(lte(apiKeys.expiresAt, now))
        .returning({ id: apiKeys.id });
      return removed.length;
    },
  };
}
