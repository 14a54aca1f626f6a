import { describe, expect, it } from 'vitest';
import type { MediaFlaw } from '../ports/media.ts';
import { countsAsLook, decideOutput, lookAgainDelayMs, maxLooks } from './output-looks.ts';
import type { OutputDecision } from './output-looks.ts';

describe('an output', () => {
  it.each<[MediaFlaw, OutputDecision, OutputDecision, OutputDecision]>([
    // flaw, at the first look, at the third, when the time for fetching is over
    ['not_finished', 'fetch_again', 'keep_unprobed', 'keep_unprobed'],
    ['damaged', 'fetch_again', 'keep_unprobed', 'keep_unprobed'],
    ['cut_off', 'fetch_again', 'keep_unprobed', 'keep_unprobed'],
    ['encrypted', 'fetch_again', 'keep_unprobed', 'keep_unprobed'],
    ['too_large', 'fetch_again', 'keep_unprobed', 'keep_unprobed'],
    ['not_supported', 'fetch_again', 'keep_unprobed', 'keep_unprobed'],
    ['not_media', 'fetch_again', 'fetch_again', 'keep_unprobed'],
    ['empty', 'fetch_again', 'fetch_again', 'fetch_again'],
  ])('that is %s: %s, then %s, at last %s', (flaw, first, third, last) => {
    const outcome = { kind: 'unreadable', flaw } as const;
    expect(decideOutput(outcome, 1, false)).toBe(first);
    expect(decideOutput(outcome, maxLooks, false)).toBe(third);
    expect(decideOutput(outcome, 1, true)).toBe(last);
  });

  it('of another type than ordered is fetched again, and kept at last', () => {
    expect(decideOutput({ kind: 'other_type' }, maxLooks, false)).toBe('fetch_again');
    expect(decideOutput({ kind: 'other_type' }, 1, true)).toBe('keep');
  });

  it('as expected is kept, however many looks there were', () => {
    expect(decideOutput({ kind: 'as_expected' }, 3, false)).toBe('keep');
  });
});

it('waits longer after each look', () => {
  expect([1, 2, 3].map(lookAgainDelayMs)).toEqual([30_000, 300_000, 300_000]);
});

it('does not hold a page in place of a file against the file', () => {
  expect((['empty', 'not_media', 'damaged', 'not_finished'] as const).filter(countsAsLook)).toEqual([
    'damaged',
    'not_finished',
  ]);
});
