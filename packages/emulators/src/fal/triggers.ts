import { numberIn, renderTimeIn } from '../triggers/render-time.ts';
import type { RenderTime } from '../triggers/render-time.ts';
import { modelRefusal, queueRefusal, replyOfType } from './replies.ts';
import type { Reply } from './replies.ts';

/**
 * The end of a request.
 *
 * - `answer`: `COMPLETED`, and what the model said is read with the result
 * - `error`: `COMPLETED` with `error` and perhaps `error_type` in the status; the result is an error of the queue
 */
export type Outcome =
  | { readonly kind: 'success' }
  | { readonly kind: 'stuck' }
  | { readonly kind: 'answer'; readonly reply: Reply; readonly isModeration: boolean }
  | { readonly kind: 'error'; readonly message: string; readonly type: string | null };

/** Words in the prompt that make the emulator misbehave. The package's README has a table of them for people. */
export interface Triggers extends RenderTime {
  /** The answer of the submit, instead of a request. */
  readonly refuseWith: Reply | null;
  readonly outcome: Outcome;
  /** Shown instead of the true status until the end, and to two polls after it. */
  readonly strangeStatus: string | null;
  readonly queueSeconds: number;
  /** The webhook says OK and carries no payload. */
  readonly withoutPayload: boolean;
}

function moderation(place: string, msg: string): Outcome {
  const details = [{ loc: ['body', place], msg, type: 'content_policy_violation' }];
  return { kind: 'answer', reply: modelRefusal(422, details, false), isModeration: true };
}

const outcomeWords: readonly (readonly [string, Outcome])[] = [
  ['[refuse]', moderation('prompt', 'The prompt was flagged by a content checker')],
  ['[moderate]', moderation('prompt', 'The generated output was flagged by a content checker')],
  ['[nothing]', { kind: 'answer', reply: replyOfType(422, 'no_media_generated'), isModeration: true }],
  ['[fail]', { kind: 'error', message: 'Something went wrong', type: null }],
  ['[stuck]', { kind: 'stuck' }],
];

export function readTriggers(prompt: string): Triggers {
  return {
    refuseWith: replyIn(prompt, 'reply'),
    outcome: outcomeOf(prompt),
    strangeStatus: /\[status:(\w+)\]/.exec(prompt)?.[1] ?? null,
    queueSeconds: numberIn(prompt, /\[queue:(\d+(?:\.\d+)?)\]/) ?? 0,
    ...renderTimeIn(prompt),
    withoutPayload: prompt.includes('[payload_error]'),
  };
}

function outcomeOf(prompt: string): Outcome {
  const reply = replyIn(prompt, 'result');
  if (reply !== null) {
    return { kind: 'answer', reply, isModeration: false };
  }
  const type = /\[error:([\w.]+)\]/.exec(prompt)?.[1];
  if (type !== undefined) {
    return { kind: 'error', message: `fal says ${type}`, type };
  }
  return outcomeWords.find(([word]) => prompt.includes(word))?.[1] ?? { kind: 'success' };
}

/** `[reply:422:missing]`, `[result:400]`: a status, and a type if it has one. */
function replyIn(prompt: string, word: 'reply' | 'result'): Reply | null {
  const match = new RegExp(`\\[${word}:([1-5]\\d\\d)(?::([\\w.]+))?\\]`).exec(prompt);
  if (match?.[1] === undefined) {
    return null;
  }
  const status = Number(match[1]);
  return match[2] === undefined ? queueRefusal(status, 'Refused on request') : replyOfType(status, match[2]);
}
