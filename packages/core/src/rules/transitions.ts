import type { JobStatus, SubmissionState } from '@pixsim7/contracts';

/** The job statuses that may follow each. Terminal statuses have no followers: a finished job never changes. */
const jobFollowers: Readonly<Record<JobStatus, readonly JobStatus[]>> = {
  pending: ['processing', 'cancelled', 'failed'],
  processing: ['pending', 'completed', 'failed', 'cancelled'],
  completed: [],
  failed: [],
  cancelled: [],
};

const submissionFollowers: Readonly<Record<SubmissionState, readonly SubmissionState[]>> = {
  prepared: ['unknown', 'accepted', 'rejected', 'cancelled'],
  unknown: ['accepted', 'rejected', 'gone'],
  accepted: ['succeeded', 'failed', 'filtered', 'gone', 'timed_out', 'cancelled'],
  succeeded: ['stored', 'failed'],
  stored: [],
  failed: [],
  filtered: [],
  gone: [],
  // Its job has failed, but the provider may still deliver what was paid for.
  timed_out: ['succeeded', 'failed', 'filtered', 'gone', 'cancelled'],
  cancelled: [],
  rejected: [],
};

/** A step tried a transition that the tables do not have: a mistake of ours, never of a provider. */
export class IllegalTransitionError extends Error {
  override readonly name = 'IllegalTransitionError';
  readonly code = 'illegal_transition';
}

/** @throws IllegalTransitionError */
export function assertJobTransition(from: JobStatus, to: JobStatus): void {
  if (from !== to && !jobFollowers[from].includes(to)) {
    throw new IllegalTransitionError(`A ${from} job cannot become ${to}.`);
  }
}

/** @throws IllegalTransitionError */
export function assertSubmissionTransition(from: SubmissionState, to: SubmissionState): void {
  if (from !== to && !submissionFollowers[from].includes(to)) {
    throw new IllegalTransitionError(`A ${from} submission cannot become ${to}.`);
  }
}

export function isTerminalSubmissionState(state: SubmissionState): boolean {
  return submissionFollowers[state].length === 0;
}
