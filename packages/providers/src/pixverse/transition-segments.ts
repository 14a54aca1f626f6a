import type { JobParameters, ModelManifest, ProblemField, Warning } from '@pixsim7/contracts';
import { notUsed, segmentCountIssues, segmentDurationIssues } from '../contract/transition-segments.ts';
import type { TransitionSegment } from '../contract/transition-segments.ts';

/** A multi-transition lasts 1 to 30 seconds in all (PixVerse API reference, multi-transition). */
export const longestTransitionS = 30;

export interface SegmentCheck {
  readonly issues: readonly ProblemField[];
  readonly warnings: readonly Warning[];
}

/**
 * Two images have one segment, whose prompt and length are those of the whole job. Moving them to `prompt` and `duration`
 * puts them under the same checks and the same price; `pointers` leads what is said of them back to where they stood.
 */
export function foldSingleSegment(params: JobParameters): {
  readonly params: JobParameters;
  readonly pointers: ReadonlyMap<string, string>;
} {
  const { prompts, durations, ...rest } = params;
  const pointers = new Map<string, string>();
  if (params.image_urls?.length !== 2) {
    return { params, pointers };
  }
  const folded: JobParameters = { ...rest };
  if (prompts?.length === 1 && prompts[0] !== undefined) {
    folded.prompt = prompts[0];
    pointers.set('/params/prompt', '/params/prompts/0');
  } else if (prompts !== undefined) {
    folded.prompts = prompts;
  }
  if (durations?.length === 1 && durations[0] !== undefined) {
    folded.duration = durations[0];
    pointers.set('/params/duration', '/params/durations/0');
  } else if (durations !== undefined) {
    folded.durations = durations;
  }
  return { params: folded, pointers };
}

/**
 * The problems of the segments of a transition.
 *
 * @param params as the caller gave them
 * @param values folded by {@link foldSingleSegment}, with defaults filled in
 */
export function checkSegments(
  model: ModelManifest,
  params: JobParameters,
  values: JobParameters,
): SegmentCheck {
  const { durations, duration = 0 } = values;
  const count = (values.image_urls?.length ?? 0) - 1;
  const totalS = durations?.reduce((sum, seconds) => sum + seconds, 0) ?? duration * count;
  const warnings: Warning[] = [];
  if (params.prompts !== undefined && params.prompt !== undefined) {
    warnings.push(notUsed('prompt', 'prompts'));
  }
  if (params.durations !== undefined && params.duration !== undefined) {
    warnings.push(notUsed('duration', 'durations'));
  }
  const issues = [
    ...segmentCountIssues(values),
    ...promptIssues(values, model),
    // Of a single segment, the length is that of the job, which has bounds of its own.
    ...(count > 1 ? segmentDurationIssues(durations, totalS, longestTransitionS, 'segments') : []),
  ];
  return { issues, warnings };
}

/**
 * Prompt and length of each segment: `prompts` and `durations` where they are given, else `prompt` and `duration` for
 * every one.
 *
 * @param values that {@link checkSegments} found nothing wrong with
 */
export function segmentsOf(values: JobParameters): TransitionSegment[] {
  const { image_urls: images = [], prompts, durations, prompt = '', duration = 0 } = values;
  return images.slice(1).map((_, index) => ({
    prompt: prompts?.[index] ?? prompt,
    durationS: durations?.[index] ?? duration,
  }));
}

function promptIssues(values: JobParameters, model: ModelManifest): ProblemField[] {
  if (values.prompts === undefined) {
    return values.prompt === undefined || values.prompt.trim() === ''
      ? [{ pointer: '/params/prompt', code: 'required', detail: 'prompt or prompts is required.' }]
      : [];
  }
  const longest = model.parameters.prompt?.max_length ?? Infinity;
  return values.prompts.flatMap((prompt, index): ProblemField[] => {
    const pointer = `/params/prompts/${index}`;
    if (prompt.trim() === '') {
      return [{ pointer, code: 'required', detail: 'Must not be empty.' }];
    }
    const length = Array.from(prompt).length;
    if (length <= longest) {
      return [];
    }
    const detail = `${length} characters; at most ${longest}.`;
    return [{ pointer, code: 'too_long', detail, allowed: { max_length: longest } }];
  });
}
