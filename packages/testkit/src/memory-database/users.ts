import { UniqueViolationError, type UserRepository } from '@pixsim7/core';
import { insertNew } from './rows.ts';
import type { Tables } from './tables.ts';

export function createUserRepository({ users, apiKeys }: Tables): UserRepository {
  return {
    async ensureOwner(id, now) {
      const [owner] = users.values();
      return (owner ?? users.put(id, { id, createdAt: now })).id;
    },
    async addApiKey(key) {
      if (apiKeys.values().some(({ hash }) => hash === key.hash)) {
        apiKeys.refuse(new UniqueViolationError('api_keys_hash'));
      }
      insertNew(apiKeys, 'api_keys_pkey', key.id, key);
    },
    async findApiKey(hash) {
      return apiKeys.values().find((key) => key.hash === hash) ?? null;
    },
    async removeApiKey(id) {
      apiKeys.delete(id);
    },
  };
}
