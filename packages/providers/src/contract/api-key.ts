import type { ProviderCallError } from './errors.ts';

/** A value outside this set cannot be an HTTP header, and `fetch` would repeat it in its error. */
const apiKeyPattern = /^[\x21-\x7e]+$/;

/**
 * The `api_key` of an account, found out before anything is sent.
 *
 * @throws the error of `missing` when there is none that could be sent
 */
export function usableApiKey(
  credentials: Readonly<Record<string, string>>,
  missing: () => ProviderCallError,
): string {
  const apiKey = credentials['api_key'];
  if (apiKey === undefined || !apiKeyPattern.test(apiKey)) {
    throw missing();
  }
  return apiKey;
}
