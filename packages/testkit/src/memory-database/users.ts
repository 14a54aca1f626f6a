import { UniqueViolationError } from '@pixsim7/core';
import type { UserRepository } from '@pixsim7/core';
import { insertNew } from './rows.ts';
import type { Tables } from './tables.ts';

export function createUserRepository({ users, apiKeys }: Tables): UserRepository {
  return {
    async ensureOwner(_workspaceId, id, now) {
      const [owner] = users.values();
      return (owner ?? users.put(id, { id, createdAt: now })).id;
    },
    async addApiKey(key) {
      if (apiKeys.values().some(({ hash }) => hash === key.hash)) {
        apiKeys.refuse(new UniqueViolationError('api_keys_hash'));
      }
      insertNew(apiKeys, 'api_keys_pkey', key.id, key);
    },
    async saveApiKey(key) {
      const known = apiKeys.values().find(({ hash }) => hash === key.hash);
      apiKeys.put((known ?? key).id, { ...(known ?? key), label: key.label, expiresAt: key.expiresAt });
    },
    async findApiKey(hash, now) {
      const key = apiKeys.values().find((entry) => entry.hash === hash);
      return key === undefined || (key.expiresAt !== null && key.expiresAt <= now) ? null : key;
    },
    async removeApiKey(id) {
      apiKeys.delete(id);
    },
    async removeEndedApiKeys(now) {
      const ended = apiKeys.values().filter(({ expiresAt }) => expiresAt !== null && expiresAt <= now);
      for (const { id } of ended) {
        apiKeys.delete(id);
      }
      return ended.length;
    },
  };
}
