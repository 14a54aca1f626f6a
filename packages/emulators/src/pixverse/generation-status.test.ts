import { describe, expect, it } from 'vitest';
import { controlStateOf, holdsSlotAt, isChargedAt, slotMilliseconds, statusAt } from './generation-status.ts';
import type { Generation } from './store.ts';
import type { Outcome } from './triggers.ts';

const startedAt = 1_000_000;

function generationOf(outcome: Outcome, seconds: number | null = 10): Generation {
  return {
    id: '305415137731978203',
    apiKey: 'sk-me',
    traceId: 'trace',
    operation: 'text_to_video',
    prompt: 'a fox',
    negativePrompt: '',
    seed: 1,
    style: '',
    resolution: 360,
    credits: 25,
    recipe: { width: 640, height: 360, label: '', segments: [] },
    createdAt: startedAt,
    endsAt: seconds === null ? null : startedAt + seconds * 1000,
    outcome,
    strangeStatus: null,
    webhookId: null,
  };
}

function after(seconds: number): number {
  return startedAt + seconds * 1000;
}

describe('statusAt', () => {
  it.each<[Outcome, number]>([
    ['success', 1],
    ['deleted', 6],
    ['moderated', 7],
    ['failed', 8],
  ])('%s: 5 until its time, then %i', (outcome, status) => {
    expect(statusAt(generationOf(outcome), after(9.999), true)).toBe(5);
    expect(statusAt(generationOf(outcome), after(10), true)).toBe(status);
  });

  it('is no success without a file', () => {
    expect(statusAt(generationOf('success'), after(99), false)).toBe(5);
    expect(statusAt(generationOf('failed'), after(99), false)).toBe(8);
  });

  it('never ends when it is stuck', () => {
    expect(statusAt(generationOf('stuck', null), after(1e9), true)).toBe(5);
  });
});

describe('holdsSlotAt', () => {
  it('is held until the end', () => {
    expect(holdsSlotAt(generationOf('success'), after(9), true)).toBe(true);
    expect(holdsSlotAt(generationOf('success'), after(10), true)).toBe(false);
  });

  it('is given up after ten minutes at the latest', () => {
    const stuck = generationOf('stuck', null);
    expect(holdsSlotAt(stuck, startedAt + slotMilliseconds - 1, true)).toBe(true);
    expect(holdsSlotAt(stuck, startedAt + slotMilliseconds, true)).toBe(false);
  });
});

describe('isChargedAt', () => {
  it.each<[Outcome, boolean]>([
    ['success', true],
    ['deleted', true],
    ['stuck', true],
    ['moderated', false],
    ['failed', false],
  ])('%s: at the end %s', (outcome, charged) => {
    expect(isChargedAt(generationOf(outcome), after(9))).toBe(true);
    expect(isChargedAt(generationOf(outcome), after(10))).toBe(charged);
  });
});

describe('controlStateOf', () => {
  it('uses the words of the control API', () => {
    expect(([5, 1, 7, 8, 6] as const).map(controlStateOf)).toEqual([
      'running',
      'succeeded',
      'filtered',
      'failed',
      'failed',
    ]);
  });
});
