import { ProviderCallError } from '@pixsim7/providers/contract';
import type { ProviderOutput } from '@pixsim7/providers/contract';
import type { CoreDependencies } from '../dependencies.ts';
import { callsOf } from '../limits/bulkhead/index.ts';
import type { SubmissionRow } from '../model/index.ts';
import type { Changes } from '../ports/index.ts';
import { accessAccount } from '../read/account-access.ts';
import { boundStatus, fetchesBeforeRefresh, leaseMs } from '../rules/index.ts';
import { write } from '../write/unit-of-work.ts';
import { writeSubmission } from '../write/write-submission.ts';
import { whileLeased } from './lease.ts';
import type { Attempt } from './record-submit.ts';

/** The longest a row waits for a place to ask for a fresh link. Then it goes on without one. */
const linkPatienceMs = 250;

/**
 * After some failed fetches the links may have expired: the provider is asked for fresh ones. That is a check, with a place
 * of those, because the provider may hang while its file host works. Whatever comes of it, the link that we have is tried.
 */
export async function withCurrentLinks(
  dependencies: CoreDependencies,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<Attempt> {
  const { bulkheads, logger, system } = dependencies;
  const { account, adapter, submission } = attempt;
  if (submission.tries < fetchesBeforeRefresh) {
    return attempt;
  }
  const place = await bulkheads.check.placeWithin(callsOf(account, adapter), linkPatienceMs);
  if (place === null) {
    logger.warn({ submission_id: submission.id }, 'no fresh link: every place for checks is taken');
    return attempt;
  }
  const update = (row: SubmissionRow, changes: Changes<SubmissionRow>): Promise<SubmissionRow> =>
    write(dependencies, (unit) => writeSubmission(unit, row, changes));
  try {
    const claimed = await update(submission, { dueAt: system.now() + leaseMs });
    const outputs = await whileLeased(dependencies, claimed, () => freshLinks(dependencies, attempt, signal));
    return {
      ...attempt,
      submission: outputs.length === 0 ? claimed : await update(claimed, { outputs }),
    };
  } finally {
    place.leave();
  }
}

/** Empty when the provider cannot, or will not, tell any. */
async function freshLinks(
  { logger, vault }: CoreDependencies,
  { adapter, account, submission }: Attempt,
  signal: AbortSignal,
): Promise<readonly ProviderOutput[]> {
  try {
    const access = accessAccount(vault, account);
    const status = await adapter.checkStatus(access, submission.handle ?? {}, { signal });
    return boundStatus(status).outputs;
  } catch (error) {
    if (!(error instanceof ProviderCallError)) {
      throw error;
    }
    logger.warn({ submission_id: submission.id, class: error.class }, 'no fresh link');
    return [];
  }
}
