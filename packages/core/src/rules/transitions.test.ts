import { describe, expect, it } from 'vitest';
import { jobStatuses, submissionStates } from '@pixsim7/contracts';
import type { JobStatus, SubmissionState } from '@pixsim7/contracts';
import {
  assertJobTransition,
  assertSubmissionTransition,
  IllegalTransitionError,
  isTerminalSubmissionState,
} from './transitions.ts';

// Written down a second time, from the picture of a job's life, so one slip does not hide the other.
const jobMoves: readonly `${JobStatus} > ${JobStatus}`[] = [
  'pending > processing',
  'pending > failed',
  'pending > cancelled',
  'processing > pending',
  'processing > completed',
  'processing > failed',
  'processing > cancelled',
];

const submissionMoves: readonly `${SubmissionState} > ${SubmissionState}`[] = [
  'prepared > unknown',
  'prepared > accepted',
  'prepared > rejected',
  'prepared > cancelled',
  'unknown > accepted',
  'unknown > rejected',
  'unknown > gone',
  'accepted > succeeded',
  'accepted > failed',
  'accepted > filtered',
  'accepted > gone',
  'accepted > timed_out',
  'timed_out > succeeded',
  'timed_out > failed',
  'timed_out > filtered',
  'timed_out > gone',
  'timed_out > cancelled',
  'accepted > cancelled',
  'succeeded > stored',
  'succeeded > failed',
];

function movesAllowedBy<State extends string>(
  states: readonly State[],
  assertMove: (from: State, to: State) => void,
): string[] {
  return states
    .flatMap((from) => states.map((to) => ({ from, to })))
    .filter(({ from, to }) => from !== to && !throws(() => assertMove(from, to)))
    .map(({ from, to }) => `${from} > ${to}`);
}

function throws(call: () => void): boolean {
  try {
    call();
    return false;
  } catch (error) {
    expect(error).toBeInstanceOf(IllegalTransitionError);
    return true;
  }
}

describe('transitions', () => {
  it('lets a job move exactly as its life is drawn', () => {
    expect(movesAllowedBy(jobStatuses, assertJobTransition).sort()).toEqual([...jobMoves].sort());
  });

  it('lets an attempt move exactly as its life is drawn', () => {
    expect(movesAllowedBy(submissionStates, assertSubmissionTransition).sort()).toEqual(
      [...submissionMoves].sort(),
    );
  });

  it('takes staying where one is for no move', () => {
    for (const status of jobStatuses) {
      expect(() => assertJobTransition(status, status)).not.toThrow();
    }
    for (const state of submissionStates) {
      expect(() => assertSubmissionTransition(state, state)).not.toThrow();
    }
  });

  it('calls an attempt over when nothing can follow', () => {
    expect(submissionStates.filter(isTerminalSubmissionState)).toEqual([
      'stored',
      'failed',
      'filtered',
      'gone',
      'cancelled',
      'rejected',
    ]);
  });

  it('says what was tried', () => {
    expect(() => assertJobTransition('completed', 'failed')).toThrow('A completed job cannot become failed.');
    expect(() => assertSubmissionTransition('rejected', 'accepted')).toThrow(
      'A rejected submission cannot become accepted.',
    );
  });
});
