import type { ProblemField } from '@pixsim7/contracts';

/**
 * Checks the address of an account against the list of the operator.
 *
 * @param allowedOrigins allowed origins, as `scheme://host:port`; empty: any address
 * @returns null when the address is allowed
 */
export function addressIssue(
  baseUrl: string | null | undefined,
  allowedOrigins: readonly string[],
): ProblemField | null {
  if (baseUrl === null || baseUrl === undefined || allowedOrigins.length === 0) {
    return null;
  }
  if (allowedOrigins.includes(new URL(baseUrl).origin)) {
    return null;
  }
  return {
    pointer: '/base_url',
    code: 'not_allowed',
    detail: 'The operator of this server does not allow this address (ACCOUNT_BASE_URLS).',
  };
}
