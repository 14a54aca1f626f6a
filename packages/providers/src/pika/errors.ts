import type { ProviderCallError } from '../contract/errors.ts';
import { FalCallError, missingKey, translateError as translateFalError } from '../fal-queue/index.ts';
import type { FalCallKind } from '../fal-queue/index.ts';

/** The name that people know; fal is only the way to it. */
export const providerName = 'Pika';

/** The characters of a key: a value outside this set cannot be an HTTP header. */
const keyPattern = /^[\x21-\x7e]+$/;

/** @throws AuthenticationError when the account has no usable key */
export function keyOf(credentials: Readonly<Record<string, string>>): string {
  const key = credentials['api_key'];
  if (key === undefined || !keyPattern.test(key)) {
    throw missingKey(providerName);
  }
  return key;
}

/** Anything but a failed call is a mistake of ours or a file that cannot be read: not for the provider to answer for. */
export function translateError(error: unknown, kind: FalCallKind): unknown {
  return error instanceof FalCallError ? translateFalError(error, kind, providerName) : error;
}

/** The evidence in place of an answer, for operators: the status or the kind of failure, and no credentials. */
export function evidenceOf(error: ProviderCallError): string {
  return error.cause instanceof Error ? error.cause.message : error.message;
}
