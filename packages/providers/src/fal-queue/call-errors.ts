import type { FalFailure } from './failure.ts';

/** Base of what a call to fal ends with when it has no usable answer. Nothing in it contains the key. */
export abstract class FalCallError extends Error {
  /** Whether the request may have taken effect at fal all the same. */
  abstract readonly mayHaveTakenEffect: boolean;
}

/** No answer, or only a part of one. */
export class FalConnectionError extends FalCallError {
  override readonly name = 'FalConnectionError';
  readonly mayHaveTakenEffect: boolean;

  constructor(message: string, wasNeverSent: boolean, cause: unknown) {
    super(message, { cause });
    this.mayHaveTakenEffect = !wasNeverSent;
  }
}

/** An answer of success that is not what the reference says. */
export class FalUnreadableAnswerError extends FalCallError {
  override readonly name = 'FalUnreadableAnswerError';
  readonly mayHaveTakenEffect = true;
}

/** fal answered with an error. */
export class FalRefusalError extends FalCallError {
  override readonly name = 'FalRefusalError';
  readonly mayHaveTakenEffect: boolean;
  readonly failure: FalFailure;

  constructor(failure: FalFailure) {
    super(`fal answered HTTP ${failure.httpStatus}${failure.types.map((type) => ` ${type}`).join('')}.`);
    this.failure = failure;
    this.mayHaveTakenEffect = leavesOpen(failure);
  }
}

/** Types of a 503 that say that no machine had begun; the others can come from the middle of the work. */
const nothingBegan: readonly string[] = [
  'runner_scheduling_failure',
  'runner_connection_refused',
  'downstream_service_unavailable',
];

/** A 4xx looked at the request and refused it. A 5xx can stand between an accepted request and its answer. */
function leavesOpen({ httpStatus, types }: FalFailure): boolean {
  if (httpStatus === 503) {
    return !types.some((type) => nothingBegan.includes(type));
  }
  return httpStatus < 400 || httpStatus === 408 || httpStatus >= 500;
}
