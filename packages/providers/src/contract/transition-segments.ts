import type { JobParameters, ProblemField, Warning } from '@pixsim7/contracts';

/** The way from one image of a transition to the next. */
export interface TransitionSegment {
  /** null where it has none of its own. */
  readonly prompt: string | null;
  readonly durationS: number;
}

/** Seconds of all segments together. */
export function totalDurationS(segments: readonly TransitionSegment[]): number {
  return segments.reduce((total, { durationS }) => total + durationS, 0);
}

/** `prompts` and `durations` have to have one entry for each way between two images. */
export function segmentCountIssues(values: JobParameters): ProblemField[] {
  const count = (values.image_urls?.length ?? 0) - 1;
  return (['prompts', 'durations'] as const).flatMap((name): ProblemField[] => {
    const list = values[name];
    if (list === undefined || count < 1 || list.length === count) {
      return [];
    }
    return [
      {
        pointer: `/params/${name}`,
        code: 'wrong_count',
        detail: `${count + 1} images need ${count} of them, one for each way between two; ${list.length} given.`,
        allowed: { min_items: count, max_items: count },
      },
    ];
  });
}

/**
 * Every segment lasts a whole number of seconds, and all of them together no longer than the provider makes.
 *
 * @param subject the word for the segments in the sentence about their sum
 */
export function segmentDurationIssues(
  durations: readonly number[] | undefined,
  totalS: number,
  longestS: number,
  subject: string,
): ProblemField[] {
  const issues = (durations ?? []).flatMap((seconds, index): ProblemField[] =>
    Number.isInteger(seconds) && seconds >= 1
      ? []
      : [
          {
            pointer: `/params/durations/${index}`,
            code: 'out_of_range',
            detail: 'Must be a whole number of seconds, at least 1.',
            allowed: { minimum: 1 },
          },
        ],
  );
  if (issues.length > 0 || totalS <= longestS) {
    return issues;
  }
  return [
    {
      pointer: durations === undefined ? '/params/duration' : '/params/durations',
      code: 'out_of_range',
      detail: `The ${subject} last ${totalS} seconds together; at most ${longestS}.`,
      allowed: { maximum: longestS },
    },
  ];
}

/** The list wins over the single value, and the caller is told. */
export function notUsed(name: 'prompt' | 'duration', insteadOf: 'prompts' | 'durations'): Warning {
  return { pointer: `/params/${name}`, code: 'not_used', detail: `${insteadOf} is used instead of ${name}.` };
}
