import { createHash, timingSafeEqual } from 'node:crypto';
import type { UserId } from '@pixsim7/contracts';
import type { Database, System } from '@pixsim7/core';
import { hashApiKey } from '@pixsim7/infra';
import type { Caller } from '../http/index.ts';

/** The one user of an installation without accounts for people. */
export const ownerId = 'usr_00000000000000000000000000' as UserId;

/**
 * Tells who an API key belongs to. The owner's key is compared here and not stored, so that changing API_KEY or the key
 * file takes the old key away at the next start, unless it was rotated with an overlap.
 */
export function createAuthenticator(
  database: Database,
  system: System,
  owner: { readonly userId: UserId; readonly apiKey: () => string },
): (apiKey: string) => Promise<Caller | null> {
  const ownerKey: Caller = { userId: owner.userId, apiKeyId: system.createId('apiKey') };
  return async (apiKey) => {
    if (isSame(apiKey, owner.apiKey())) return ownerKey;
    const found = await database.transaction((transaction) =>
      transaction.users.findApiKey(hashApiKey(apiKey), system.now()),
    );
    return found === null ? null : { userId: found.userId, apiKeyId: found.id };
  };
}

/** Compared as hashes: equal length for `timingSafeEqual`, and no length is given away. */
function isSame(left: string, right: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}
