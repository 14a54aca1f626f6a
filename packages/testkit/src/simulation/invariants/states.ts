import type { InputRole, LineageRelation, SubmissionState } from '@pixsim7/contracts';

/*
 * Written down here a second time on purpose: an invariant that asked the rules of the domain would believe their
 * mistakes.
 */

const terminalStates: readonly SubmissionState[] = [
  'stored',
  'failed',
  'filtered',
  'gone',
  'cancelled',
  'rejected',
];

export function isEnded(state: SubmissionState): boolean {
  return terminalStates.includes(state);
}

const slotStates: readonly SubmissionState[] = ['prepared', 'unknown', 'accepted'];

export function takesSlot(state: SubmissionState): boolean {
  return slotStates.includes(state);
}

export const relationOfRole: Readonly<Record<InputRole, LineageRelation>> = {
  first_frame: 'first_frame',
  last_frame: 'last_frame',
  keyframe: 'keyframe',
  subject: 'subject',
  background: 'background',
  reference: 'reference',
  source: 'extends',
  audio: 'audio',
  motion: 'motion',
  mask: 'mask',
};
