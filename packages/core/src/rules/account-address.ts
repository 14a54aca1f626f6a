import type { ProblemField } from '@pixsim7/contracts';

/**
 * Why an account may not point at an address; null when it may.
 *
 * @param allowedOrigins what the operator allows, as `scheme://host:port`; empty: anything
 */
export function addressIssue(
  baseUrl: string | null | undefined,
  allowedOrigins: readonly string[],
): ProblemField | null {
  if (baseUrl === null || baseUrl === undefined || allowedOrigins.length === 0) return null;
  if (allowedOrigins.includes(new URL(baseUrl).origin)) return null;
  return {
    pointer: '/base_url',
    code: 'not_allowed',
    detail: 'The operator of this server does not allow this address (ACCOUNT_BASE_URLS).',
  };
}
