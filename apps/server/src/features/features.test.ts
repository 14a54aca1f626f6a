import { describe, expect, it } from 'vitest';
import { workerSteps } from '@pixsim7/contracts';
import type { CoreSteps } from '@pixsim7/core';
import { stepsOf } from './feature.ts';
import { features } from './features.ts';

const nothing = async (): Promise<Record<string, never>> => ({});
const all: CoreSteps = {
  dispatch: nothing,
  submit: nothing,
  check: nothing,
  ingest: nothing,
  poster: nothing,
};

describe('features', () => {
  it('hand in every step that the core has, once', () => {
    expect(Object.keys(stepsOf(features, all)).toSorted()).toEqual(Object.keys(all).toSorted());
    expect(workerSteps).toEqual(expect.arrayContaining(Object.keys(all)));
  });

  it('have names of their own', () => {
    const names = features.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('do not hand in the same step twice', () => {
    const again = { name: 'another', steps: ({ check }: CoreSteps) => ({ check }) };
    expect(() => stepsOf([...features, again], all)).toThrow(
      'The features jobs and another both hand in the step check.',
    );
  });
});
