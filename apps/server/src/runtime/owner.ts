import { createHash, timingSafeEqual } from 'node:crypto';
import { scopes } from '@pixsim7/contracts';
import type { UserId, WorkspaceId } from '@pixsim7/contracts';
import type { Caller, Database, System } from '@pixsim7/core';
import { hashApiKey } from '@pixsim7/infra';

/** The workspace that every installation has from the beginning. */
export const firstWorkspaceId = 'wsp_00000000000000000000000000' as WorkspaceId;

/** The one user of an installation without accounts for people. */
export const ownerId = 'usr_00000000000000000000000000' as UserId;

/** Makes sure of the first workspace and its owner; what the server does by itself, it does in their name. */
export async function openOwner(database: Database, system: System): Promise<Caller> {
  const userId = await database.transaction((transaction) =>
    transaction.users.ensureOwner(firstWorkspaceId, ownerId, system.now()),
  );
  return { workspaceId: firstWorkspaceId, userId, keyId: system.createId('apiKey'), scopes };
}

/**
 * Tells who an API key belongs to. The owner's key is compared here and not stored, so changing API_KEY or the key
 * file takes the old key away at the next start, unless it was rotated with an overlap.
 */
export function createAuthenticator(
  database: Database,
  system: System,
  owner: { readonly caller: Caller; readonly apiKey: () => string },
): (apiKey: string) => Promise<Caller | null> {
  return async (apiKey) => {
    if (isSame(apiKey, owner.apiKey())) {
      return owner.caller;
    }
    const found = await database.transaction((transaction) =>
      transaction.users.findApiKey(hashApiKey(apiKey), system.now()),
    );
    if (found === null) {
      return null;
    }
    const { id: keyId, workspaceId, userId, scopes: granted } = found;
    return { workspaceId, userId, keyId, scopes: granted };
  };
}

/** Compared as hashes: equal length for `timingSafeEqual`, and no length is given away. */
function isSame(left: string, right: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}
