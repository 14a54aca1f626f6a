import type { UserRepository } from '@pixsim7/core';
import { eq } from 'drizzle-orm';
import type { Connection } from '../connection.ts';
import { apiKeys, users } from '../schema/index.ts';

export function createUserRepository(connection: Connection): UserRepository {
  return {
    async ensureOwner(id, now) {
      await connection.insert(users).values({ id, isOwner: true, createdAt: now }).onConflictDoNothing();
      const [owner] = await connection.select({ id: users.id }).from(users).where(eq(users.isOwner, true));
      if (owner === undefined) throw new Error('The owner was neither made nor found.');
      return owner.id;
    },
    async addApiKey(key) {
      await connection.insert(apiKeys).values(key);
    },
    async findApiKey(hash) {
      const [key] = await connection.select().from(apiKeys).where(eq(apiKeys.hash, hash));
      return key ?? null;
    },
    async removeApiKey(id) {
      await connection.delete(apiKeys).where(eq(apiKeys.id, id));
    },
  };
}
