import { isTerminalJobStatus } from '@pixsim7/contracts';
import { StaleRowError } from '@pixsim7/core';
import type { JobRow } from '@pixsim7/core';
import type { FinalState } from '../final-state.ts';
import type { History } from '../history.ts';
import { isEnded } from './states.ts';

/** When bad luck is over, every job comes to its end or waits for a person, and says why. */
export function everyJobEnds({ final, stop }: History): string[] {
  const found = stop === 'reached' ? [] : [`The history did not become quiet: ${stop}.`];
  for (const job of final.jobs) {
    if (isTerminalJobStatus(job.status)) {
      if (job.status === 'failed' && job.error === null) {
        found.push(`Job ${job.id} failed without an error.`);
      }
      if (job.completedAt === null) {
        found.push(`Job ${job.id} is ${job.status} and has no time of its end.`);
      }
    } else if (job.stage !== 'needs_attention' && !waitsForAPerson(job, final)) {
      found.push(
        `Job ${job.id} is ${job.status}/${job.stage} at the end, waits for ${job.waitReason ?? 'nothing'}: ${job.waitDetail ?? ''}`,
      );
    }
  }
  return found;
}

/** A job that waits for a person is one whose submit got no answer: nothing else needs a person. */
export function attentionHasAReason({ final }: History): string[] {
  return final.jobs
    .filter(({ stage }) => stage === 'needs_attention')
    .filter(({ id }) => !final.submissions.some(({ jobId, state }) => jobId === id && state === 'unknown'))
    .map(({ id }) => `Job ${id} needs attention and has no submission of unknown outcome.`);
}

/** Nothing is left behind a finished job: no live attempt, no slot, no timer. */
export function nothingIsLeftOver({ final }: History): string[] {
  return final.submissions.flatMap((submission) => {
    const job = final.jobs.find(({ id }) => id === submission.jobId);
    if (isEnded(submission.state)) {
      return submission.dueAt === null
        ? []
        : [`Submission ${submission.id} is ${submission.state} and still due.`];
    }
    return job?.stage === 'needs_attention' || submission.state === 'unknown'
      ? []
      : [`Submission ${submission.id} is ${submission.state}; its job is ${job?.status}.`];
  });
}

/** A handler that throws is a case that nobody thought of; a lost race is the one that everybody knows. */
export function noHandlerThrows({ handlerFailures }: History): string[] {
  return handlerFailures
    .filter(({ error }) => !(error instanceof StaleRowError))
    .map(
      ({ message, error }) =>
        `${message.step} of ${message.id} threw ${error instanceof Error ? error.stack : String(error)}`,
    );
}

/** Its account's slots are held by submits of unknown outcome, and only a person can say what became of them. */
export function waitsForAPerson(job: JobRow, { accounts, submissions }: FinalState): boolean {
  const wanted = accounts.filter(({ id, providerId }) =>
    job.pinnedAccountId === null ? job.lanes.includes(providerId) : id === job.pinnedAccountId,
  );
  return (
    job.waitReason === 'slot' &&
    wanted.every(({ id, maxConcurrent }) => {
      const unknown = submissions.filter(({ accountId, state }) => accountId === id && state === 'unknown');
      return unknown.length >= maxConcurrent;
    })
  );
}

/** An error in the log is for an operator to act on, and only for a full disk is there something that an operator could do. */
export function noErrorIsLogged({ errorsLogged, scenario }: History): string[] {
  const wasFull = scenario.diskChanges.some(({ to }) => to === 'full');
  return errorsLogged.filter(
    (line) => !(wasFull && /^(?:output not stored|input not prepared): no room/u.test(line)),
  );
}
