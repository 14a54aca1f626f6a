import { eq, lte } from 'drizzle-orm';
import type { UserRepository } from '@pixsim7/core';
import type { RepositoryConnection } from '../connection.ts';
import { instantText } from '../schema/columns.ts';
import { apiKeys, users, workspaces } from '../schema/index.ts';
import { readRows } from '../statements/table-statements.ts';
import { apiKeyStatements } from '../statements/tables.ts';

const byHash = `${apiKeyStatements.select} where "hash" = $1 and ("expires_at" is null or "expires_at" > $2)`;

export function createUserRepository(repository: RepositoryConnection): UserRepository {
  const { drizzle: connection } = repository;
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
      const [key] = await readRows(repository, apiKeyStatements, byHash, [hash, instantText(now)]);
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
