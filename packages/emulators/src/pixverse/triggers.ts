/** What words in the prompt make the emulator do; the table in the package's README is for people. */
export interface Triggers {
  /** Refuse at submit with this code. */
  readonly refuseWith: number | null;
  readonly outcome: Outcome;
  /** Reported instead of the true status to the first polls. */
  readonly strangeStatus: number | null;
  /** Exact render time, in place of a drawn one. */
  readonly renderSeconds: number | null;
  /** Multiplies a drawn render time. */
  readonly slowness: number;
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

export function readTriggers(prompt: string): Triggers {
  return {
    refuseWith: prompt.includes('[refuse]') ? refusedBeforeGeneration : numberIn(prompt, /\[code:(\d+)\]/),
    outcome: outcomeWords.find(([word]) => prompt.includes(word))?.[1] ?? 'success',
    strangeStatus: numberIn(prompt, /\[status:(\d+)\]/),
    renderSeconds: numberIn(prompt, /\[seconds:(\d+(?:\.\d+)?)\]/),
    slowness: prompt.includes('[slow]') ? 10 : 1,
  };
}

function numberIn(prompt: string, pattern: RegExp): number | null {
  const digits = pattern.exec(prompt)?.[1];
  return digits === undefined ? null : Number(digits);
}

/** In the file name of an uploaded image: refuse it at upload. */
export const moderatedFileNameWord = 'moderate';
