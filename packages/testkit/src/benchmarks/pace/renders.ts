import { Random } from '../../simulation/machine/random.ts';
import type { Rule } from './rules.ts';

/** Spread of the logarithm of the render times: nine of ten take 0.6 to 1.6 times the median. */
const spread = 0.3;

/** Delay with which the end of renders was noticed, in percent of the render time, and the looks that it cost. */
export interface Lateness {
  readonly medianPercent: number;
  readonly slowPercent: number;
  readonly medianLooks: number;
  readonly meanLooks: number;
}

/** Draws render times around a median, in milliseconds. */
export function rendersAround(medianS: number, seed: number): () => number {
  const random = new Random(seed);
  return () => {
    const normal =
      Math.sqrt(-2 * Math.log(1 - random.fraction())) * Math.cos(2 * Math.PI * random.fraction());
    return medianS * 1_000 * Math.exp(spread * normal);
  };
}

interface Followed {
  readonly rule: Rule;
  readonly latePercent: number;
  readonly looks: number;
}

/** Follows one render to its end and learns from it. */
export function follow(rule: Rule, renderMs: number): Followed {
  let unfinishedAtMs = 0;
  for (let looks = 1; ; looks += 1) {
    const atMs = unfinishedAtMs + rule.next(unfinishedAtMs);
    if (atMs >= renderMs) {
      return {
        rule: rule.learn({ unfinishedAtMs, doneAtMs: atMs }),
        latePercent: (100 * (atMs - renderMs)) / renderMs,
        looks,
      };
    }
    unfinishedAtMs = atMs;
  }
}

/** Many first jobs of a rule that has learned so many renders before. */
export function measureLateness(fresh: Rule, medianS: number, learned: number, runs: number): Lateness {
  const draw = rendersAround(medianS, medianS + learned);
  const results = Array.from({ length: runs }, () => {
    let rule = fresh;
    for (let job = 0; job < learned; job += 1) {
      ({ rule } = follow(rule, draw()));
    }
    return follow(rule, draw());
  });
  const late = results.map(({ latePercent }) => latePercent);
  const looks = results.map((result) => result.looks);
  return {
    medianPercent: at(late, 0.5),
    slowPercent: at(late, 0.9),
    medianLooks: at(looks, 0.5),
    meanLooks: looks.reduce((sum, count) => sum + count, 0) / runs,
  };
}

/**
 * The jobs that it takes, after renders became faster, until the median lateness is below 25 %.
 *
 * @param jobs after so many it is given up; null then
 */
export function jobsToAdapt(
  fresh: Rule,
  beforeS: number,
  afterS: number,
  { runs, jobs }: { readonly runs: number; readonly jobs: number },
): number | null {
  const before = rendersAround(beforeS, 1);
  const after = rendersAround(afterS, 2);
  let rules = Array.from({ length: runs }, () => {
    let rule = fresh;
    for (let job = 0; job < 50; job += 1) {
      ({ rule } = follow(rule, before()));
    }
    return rule;
  });
  for (let job = 0; job < jobs; job += 1) {
    const results = rules.map((rule) => follow(rule, after()));
    const late = results.map(({ latePercent }) => latePercent);
    if (at(late, 0.5) < 25) {
      return job;
    }
    rules = results.map(({ rule }) => rule);
  }
  return null;
}

function at(figures: readonly number[], share: number): number {
  return figures.toSorted((left, right) => left - right)[Math.floor(share * figures.length)] ?? Number.NaN;
}
