import { numberIn, renderTimeIn } from '../triggers/render-time.ts';
import type { RenderTime } from '../triggers/render-time.ts';

/** Words in the prompt that make the emulator misbehave. The package's README has a table of them for people. */
export interface Triggers extends RenderTime {
  /** Refuse at submit with this code. */
  readonly refuseWith: number | null;
  readonly outcome: Outcome;
  /** Reported instead of the true status to the first polls. */
  readonly strangeStatus: number | null;
}

export const outcomes = ['success', 'moderated', 'failed', 'deleted', 'stuck'] as const;
export type Outcome = (typeof outcomes)[number];

const outcomeWords: readonly (readonly [string, Outcome])[] = [
  ['[moderate]', 'moderated'],
  ['[fail]', 'failed'],
  ['[delete]', 'deleted'],
  ['[stuck]', 'stuck'],
];

const refusedBeforeGeneration = 500063;

/** @param prompt with the names of the uploads that a request uses, where it can have no prompt */
export function readTriggers(prompt: string): Triggers {
  return {
    refuseWith: prompt.includes('[refuse]') ? refusedBeforeGeneration : numberIn(prompt, /\[code:(\d+)\]/),
    outcome: outcomeWords.find(([word]) => prompt.includes(word))?.[1] ?? 'success',
    strangeStatus: numberIn(prompt, /\[status:(\d+)\]/),
    ...renderTimeIn(prompt),
  };
}

/** In the file name of an uploaded image: refuse it at upload. */
export const moderatedFileNameWord = 'moderate';

/** In the file names of the picture and of the video of a mimic: refuse it with 701002 or 701003. */
export const noSubjectFileNameWord = 'no-subject';
export const noPersonFileNameWord = 'no-person';
