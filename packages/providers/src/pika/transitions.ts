import type { JobParameters, ProblemField, Warning } from '@pixsim7/contracts';
import {
  notUsed,
  segmentCountIssues,
  segmentDurationIssues,
  totalDurationS,
} from '../contract/transition-segments.ts';
import type { TransitionSegment } from '../contract/transition-segments.ts';
import { longestTransitionS } from './limits.ts';

/**
 * The transitions of pikaframes: `durations` and `prompts` where they are given, else `duration` for all. Without a prompt
 * of its own, that of the whole video holds, or none.
 */
export function transitionsOf(values: JobParameters): TransitionSegment[] {
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
  const totalS = totalDurationS(transitionsOf(values));
  const issues = [
    ...segmentCountIssues(values),
    ...segmentDurationIssues(values.durations, totalS, longestTransitionS, 'transitions'),
  ];
  if (issues.length > 0) {
    return { issues, warnings: [] };
  }
  const warnings: Warning[] = [];
  if (params.duration !== undefined && params.durations !== undefined) {
    warnings.push(notUsed('duration', 'durations'));
  }
  const hasOwnPrompts = params.prompts?.every((prompt) => prompt.trim() !== '') ?? false;
  if (params.prompt !== undefined && hasOwnPrompts) {
    warnings.push(notUsed('prompt', 'prompts'));
  }
  return { issues, warnings };
}
