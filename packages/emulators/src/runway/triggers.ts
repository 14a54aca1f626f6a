import { renderTimeIn } from '../triggers/render-time.ts';
import type { RenderTime } from '../triggers/render-time.ts';

/** Words in the prompt that make the emulator misbehave. The package's README has a table of them for people. */
export interface Triggers extends RenderTime {
  readonly refusal: 'credits' | 'daily' | 'unavailable' | null;
  /** Accepts, and breaks the connection instead of an answer. */
  readonly dropsReply: boolean;
  /** Null succeeds; `code` null fails without a code. */
  readonly failure: { readonly code: string | null } | null;
  readonly neverEnds: boolean;
  /** Polls that see THROTTLED, whatever is free. */
  readonly throttledPolls: number;
  /** Reported instead of the true status while it works, and to two polls after. */
  readonly strangeStatus: string | null;
  readonly hidesCost: boolean;
}

const refusals = ['credits', 'daily', 'unavailable'] as const;

export function readTriggers(prompt: string): Triggers {
  return {
    refusal: refusals.find((word) => prompt.includes(`[${word}]`)) ?? null,
    dropsReply: prompt.includes('[drop]'),
    failure: failureIn(prompt),
    neverEnds: prompt.includes('[stuck]'),
    throttledPolls: Number(/\[throttle:(\d+)\]/.exec(prompt)?.[1] ?? 0),
    strangeStatus: /\[status:([A-Z_]+)\]/.exec(prompt)?.[1] ?? null,
    hidesCost: prompt.includes('[no-cost]'),
    ...renderTimeIn(prompt),
  };
}

function failureIn(prompt: string): Triggers['failure'] {
  const code = /\[fail:([A-Z0-9_.]+|none)\]/.exec(prompt)?.[1];
  if (code !== undefined) {
    return { code: code === 'none' ? null : code };
  }
  if (prompt.includes('[moderate]')) {
    return { code: 'SAFETY.OUTPUT.VIDEO' };
  }
  return prompt.includes('[fail]') ? { code: 'INTERNAL' } : null;
}
