import { usableApiKey } from '../contract/api-key.ts';
import type { CallKind } from '../contract/error-translation.ts';
import { FalCallError, missingKey, translateError as translateFalError } from '../fal-queue/index.ts';

/** The name that people know; fal is only the way to it. */
export const providerName = 'Pika';

/** @throws AuthenticationError when the account has no usable key */
export function keyOf(credentials: Readonly<Record<string, string>>): string {
  return usableApiKey(credentials, () => missingKey(providerName));
}

/** Anything but a failed call is a mistake of ours or a file that cannot be read: not for the provider to answer for. */
export function translateError(error: unknown, kind: CallKind): unknown {
  return error instanceof FalCallError ? translateFalError(error, kind, providerName) : error;
}
