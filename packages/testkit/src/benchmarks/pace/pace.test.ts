import { describe, expect, it } from 'vitest';
import { jobsToAdapt, measureLateness } from './renders.ts';
import type { Lateness } from './renders.ts';
import { fixedPace, learnedPace, paceByMedian } from './rules.ts';

/** Measured once: 4,000 renders take a quarter of a second. */
const cold = new Map<string, Lateness>();

function coldLateness(medianS: number, name: keyof typeof rules = 'learned'): Lateness {
  const key = `${name} ${medianS}`;
  const known = cold.get(key) ?? measureLateness(rules[name], medianS, 0, 4_000);
  cold.set(key, known);
  return known;
}

const rules = { learned: learnedPace(), before: paceByMedian(), fixed: fixedPace(5_000) };

describe('an end of which nothing is known', () => {
  it.each([
    [5, 21],
    [20, 10],
    [60, 9],
    [180, 9],
    [600, 5],
  ])('of %i s is noticed at most %i % late in the median', (medianS, percent) => {
    const lateness = coldLateness(medianS);
    expect(lateness.medianPercent).toBeLessThanOrEqual(percent);
    expect(lateness.slowPercent).toBeLessThanOrEqual(2 * percent + 3);
  });

  it.each([1, 2, 3])('of %i s is noticed at most 2 s late in the median', (medianS) => {
    const { medianPercent } = coldLateness(medianS);
    expect((medianPercent / 100) * medianS).toBeLessThanOrEqual(2);
  });

  it.each([1, 5, 20, 60])('of %i s takes at most 15 looks', (medianS) => {
    expect(coldLateness(medianS).medianLooks).toBeLessThanOrEqual(15);
  });

  it.each([1, 5, 20])('of %i s is noticed sooner than before, and than every 5 s', (medianS) => {
    const { medianPercent } = coldLateness(medianS);
    expect(medianPercent).toBeLessThanOrEqual(coldLateness(medianS, 'before').medianPercent);
    expect(medianPercent).toBeLessThanOrEqual(coldLateness(medianS, 'fixed').medianPercent);
  });
});

describe('an end after 50 similar ones', () => {
  it.each([
    [1, 50, 2],
    [5, 12, 4],
    [20, 8, 5],
    [60, 8, 5.5],
    [180, 7, 9],
    [600, 4, 23],
  ])('of %i s is noticed at most %f % late, with at most %f looks', (medianS, percent, looks) => {
    const lateness = measureLateness(learnedPace(), medianS, 50, 200);
    expect(lateness.medianPercent).toBeLessThanOrEqual(percent);
    expect(lateness.meanLooks).toBeLessThanOrEqual(looks);
  });
});

describe('a change of the render time', () => {
  it.each([
    [60, 10, 20],
    [60, 5, 24],
    [180, 30, 16],
  ])('from %i to %i s is learned by at most %i jobs', (beforeS, afterS, max) => {
    const jobs = jobsToAdapt(learnedPace(), beforeS, afterS, { runs: 60, jobs: 100 });
    expect(jobs).not.toBeNull();
    expect(jobs).toBeLessThanOrEqual(max);
  });
});
