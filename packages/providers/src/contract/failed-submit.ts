import type { GenerationResult } from './adapter.ts';
import { ProviderCallError } from './errors.ts';

/**
 * The result of a submit that threw. `execute` reports everything as a value, except for a mistake of ours, which is
 * thrown on.
 *
 * @param evidenceOf the traces that an operator can follow; never credentials
 */
export function resultOfFailedSubmit(
  error: unknown,
  evidenceOf: (error: ProviderCallError) => string = messageOfCause,
): GenerationResult {
  if (!(error instanceof ProviderCallError)) {
    throw error;
  }
  return error.code === 'outcome_unknown'
    ? { outcome: 'unknown', evidence: evidenceOf(error), error }
    : { outcome: 'rejected', error };
}

/** The cause names the status or the kind of failure, and was cleaned of credentials where it was made. */
function messageOfCause(error: ProviderCallError): string {
  return error.cause instanceof Error ? error.cause.message : error.message;
}
