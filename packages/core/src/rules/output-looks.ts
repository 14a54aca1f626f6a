import type { MediaFlaw } from '../ports/media.ts';
import { leaseMs } from './pacing.ts';

const second = 1_000;

/**
 * A file that could not be read so often is kept unread. Each time it was fetched again, the last time by a fresh link: three
 * times the same is what the provider has.
 */
export const maxLooks = 3;

/** Pause after the n-th look that failed: half a minute, then five. A half-written file of a provider is whole by then. */
export function lookAgainDelayMs(looks: number): number {
  return looks <= 1 ? 30 * second : 300 * second;
}

/** Pause after the n-th look that ended the server; none before the bytes are kept unread. */
export function deadLookPauseMs(looks: number): number {
  return looks >= maxLooks ? leaseMs : Math.max(leaseMs, lookAgainDelayMs(looks));
}

/** The result of a look into the file of an output. */
export type LookOutcome =
  | { readonly kind: 'as_expected' }
  | { readonly kind: 'other_type' }
  | { readonly kind: 'unreadable'; readonly flaw: MediaFlaw };

/** The next step for the bytes. */
export type OutputDecision =
  /** An asset with what is known about it. */
  | 'keep'
  /** An asset that nobody looked into: the video was paid for. */
  | 'keep_unprobed'
  | 'fetch_again';

/**
 * Three kinds of trouble end differently. A file that breaks its reader is not read forever: it is kept after three looks. A
 * page or a picture instead of a video is the way of a host to say "not yet" or "not any more": it is fetched again for as
 * long as a link that fails, and only what still comes then is kept. Nothing at all is no file, and is fetched again to the end.
 *
 * @param looks looks that ended badly, this one included
 * @param isLastFetch whether the time for fetching is over
 */
export function decideOutput(outcome: LookOutcome, looks: number, isLastFetch: boolean): OutputDecision {
  switch (outcome.kind) {
    case 'as_expected':
      return 'keep';
    case 'other_type':
      return isLastFetch ? 'keep' : 'fetch_again';
    case 'unreadable':
      switch (outcome.flaw) {
        case 'empty':
          return 'fetch_again';
        case 'not_media':
          return isLastFetch ? 'keep_unprobed' : 'fetch_again';
        case 'cut_off':
        case 'damaged':
        case 'encrypted':
        case 'too_large':
        case 'not_supported':
        case 'not_finished':
          return looks >= maxLooks || isLastFetch ? 'keep_unprobed' : 'fetch_again';
      }
  }
}

/** Whether a flaw says something about the file itself; a page in its place says nothing about the video. */
export function countsAsLook(flaw: MediaFlaw): boolean {
  return flaw !== 'empty' && flaw !== 'not_media';
}
