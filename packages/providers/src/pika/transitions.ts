import type { JobParameters, ProblemField, Warning } from '@pixsim7/contracts';
import { longestTransitionS } from './limits.ts';

/** The way from one image to the next. */
export interface Transition {
  /** null: the prompt of the whole video holds, or none. */
  readonly prompt: string | null;
  readonly durationS: number;
}

/** The transitions of pikaframes: `durations` and `prompts` where they are given, else `duration` and `prompt` for all. */
export function transitionsOf(values: JobParameters): Transition[] {
  const { image_urls: images = [], prompts, durations, duration = 0 } = values;
  return images.slice(1).map((_, index) => {
    const prompt = prompts?.[index] ?? '';
    return { prompt: prompt.trim() === '' ? null : prompt, durationS: durations?.[index] ?? duration };
  });
}

/**
 * @param params as the caller gave them
 * @param values with defaults filled in
 */
export function checkTransitions(
  params: JobParameters,
  values: JobParameters,
): { readonly issues: readonly ProblemField[]; readonly warnings: readonly Warning[] } {
  const count = (values.image_urls?.length ?? 0) - 1;
  const issues = [
    ...countIssues('prompts', values.prompts, count),
    ...countIssues('durations', values.durations, count),
    ...lengthIssues(values),
  ];
  const warnings: Warning[] = [];
  if (params.duration !== undefined && params.durations !== undefined) {
    warnings.push(notUsed('duration', 'durations'));
  }
  const hasOwnPrompts = params.prompts?.every((prompt) => prompt.trim() !== '') ?? false;
  if (params.prompt !== undefined && hasOwnPrompts) {
    warnings.push(notUsed('prompt', 'prompts'));
  }
  return { issues, warnings: issues.length > 0 ? [] : warnings };
}

function notUsed(name: 'prompt' | 'duration', insteadOf: 'prompts' | 'durations'): Warning {
  return { pointer: `/params/${name}`, code: 'not_used', detail: `${insteadOf} is used instead of ${name}.` };
}

function countIssues(
  name: 'prompts' | 'durations',
  list: readonly unknown[] | undefined,
  count: number,
): ProblemField[] {
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
}

function lengthIssues(values: JobParameters): ProblemField[] {
  const issues = (values.durations ?? []).flatMap((seconds, index): ProblemField[] =>
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
  if (issues.length > 0) {
    return issues;
  }
  const total = transitionsOf(values).reduce((sum, { durationS }) => sum + durationS, 0);
  if (total <= longestTransitionS) {
    return [];
  }
  return [
    {
      pointer: values.durations === undefined ? '/params/duration' : '/params/durations',
      code: 'out_of_range',
      detail: `The transitions last ${total} seconds together; at most ${longestTransitionS}.`,
      allowed: { maximum: longestTransitionS },
    },
  ];
}
