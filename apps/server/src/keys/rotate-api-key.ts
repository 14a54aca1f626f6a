import { join } from 'node:path';
import { z } from 'zod';
import type { Caller, CoreDependencies } from '@pixsim7/core';
import { hashApiKey, replaceApiKeyFile } from '@pixsim7/infra';

export const apiKeyRotationSchema = z.strictObject({
  /** The file with the new key; null if the key is in API_KEY, which the operator changes. */
  key_file: z.string().nullable(),
  /** Until when the old key is taken too. */
  old_key_until: z.iso.datetime(),
});
export type ApiKeyRotation = z.output<typeof apiKeyRotationSchema>;

/** A key that is taken for longer is not rotated but given to a second owner. */
export const longestOverlapS = 90 * 24 * 3_600;

export interface ApiKeyRotationRequest {
  readonly dataDirectory: string;
  /** The owner. */
  readonly caller: Caller;
  /** The key that is given up. */
  readonly oldKey: string;
  /** Whether API_KEY is set: then only the overlap is noted. */
  readonly keyFromEnvironment: boolean;
  /** Seconds that the old key is taken besides the new one. */
  readonly overlapS: number;
  /** Called with the new key once it is in its file. */
  readonly onNewKey: (apiKey: string) => void;
}

/**
 * Makes a new API key of the owner. The old one is noted in the database with its end first, so no client is locked
 * out by a crash in between; a second call only moves that end.
 *
 * @throws SecretFileError
 */
export async function rotateApiKey(
  { database, system }: Pick<CoreDependencies, 'database' | 'system'>,
  request: ApiKeyRotationRequest,
): Promise<ApiKeyRotation> {
  const now = system.now();
  const until = now + request.overlapS * 1_000;
  await database.transaction((transaction) =>
    transaction.users.saveApiKey({
      id: system.createId('apiKey'),
      workspaceId: request.caller.workspaceId,
      userId: request.caller.userId,
      scopes: request.caller.scopes,
      label: 'Owner, before the last rotation',
      hash: hashApiKey(request.oldKey),
      createdAt: now,
      expiresAt: until,
    }),
  );
  const oldKeyUntil = new Date(until).toISOString();
  if (request.keyFromEnvironment) {
    return { key_file: null, old_key_until: oldKeyUntil };
  }
  request.onNewKey(await replaceApiKeyFile(request.dataDirectory));
  return { key_file: join(request.dataDirectory, 'api-key'), old_key_until: oldKeyUntil };
}
