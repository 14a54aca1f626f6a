import type { History, Violation } from '../simulation/history.ts';
import { invariants } from '../simulation/invariants/index.ts';
import type { Sabotage } from '../simulation/world.ts';
import { ChoiceSequence } from './choices.ts';
import { SmallWorld } from './small-world.ts';
import type { SmallWorldPlan } from './small-world.ts';

export interface ExploreOptions {
  /** No choices are explored beyond so many on one path. */
  readonly maxDepth: number;
  /** Ends early, as not complete, after so many runs. */
  readonly maxRuns?: number;
  readonly sabotage?: Sabotage;
  /** Ends at the first violation of this invariant. */
  readonly until?: string;
}

export interface Exploration {
  readonly runs: number;
  /** Different states in which there was a choice. */
  readonly states: number;
  /** Runs that lived to their end; the others met a state that was seen before. */
  readonly ends: number;
  readonly deepest: number;
  /** Paths that went on beyond the greatest depth with the first option only. */
  readonly beyondDepth: number;
  /** Whether every interleaving up to the greatest depth was walked. */
  readonly complete: boolean;
  readonly violations: readonly (Violation & { readonly path: readonly number[] })[];
}

/** Left out in a small world: nobody publishes events here. */
const leftOut = new Set(['events_are_gapless', 'events_tell_the_picture', 'secrets_stay_inside']);

/**
 * Walks every interleaving of a small world up to a depth. Each run repeats a path from the beginning and goes on from
 * there; at a state that was seen before it ends, because everything that can follow has been walked or will be.
 */
export async function explore(plan: SmallWorldPlan, options: ExploreOptions): Promise<Exploration> {
  return openExploration(plan, options)(options.maxRuns ?? Infinity);
}

/** Like `explore`, but can go on: each call walks until there were so many runs in all. */
export function openExploration(
  plan: SmallWorldPlan,
  { maxDepth, sabotage, until }: Omit<ExploreOptions, 'maxRuns'>,
): (maxRuns: number) => Promise<Exploration> {
  /** The least depth at which each state was met: met again closer to the beginning, more can follow. */
  const seen = new Map<string, number>();
  const violations: (Violation & { path: readonly number[] })[] = [];
  const open: number[][] = [[]];
  let [runs, ends, deepest, beyondDepth] = [0, 0, 0, 0];
  return goOn;

  async function goOn(maxRuns: number): Promise<Exploration> {
    while (runs < maxRuns) {
      const beginning = open.pop();
      if (beginning === undefined) {
        return result(true);
      }
      runs += 1;
      const isBeyond = (depth: number): boolean => depth >= maxDepth;
      let wentBeyond = false;
      const choices: ChoiceSequence = new ChoiceSequence(beginning, (depth, question) => {
        if (isBeyond(depth)) {
          wentBeyond = true;
          return true;
        }
        const state = world.fingerprint(question);
        const known = seen.get(state);
        if (known !== undefined && (maxDepth === Infinity || known <= depth)) {
          return false;
        }
        seen.set(state, depth);
        return true;
      });
      const world = new SmallWorld(plan, choices, sabotage);
      const history = await world.run();
      for (let depth = beginning.length; depth < Math.min(choices.taken.length, maxDepth); depth += 1) {
        const path = choices.taken.slice(0, depth).map(({ taken }) => taken);
        for (let other = 1; other < (choices.taken[depth]?.options ?? 0); other += 1) {
          open.push([...path, other]);
        }
      }
      deepest = Math.max(deepest, choices.taken.length);
      if (wentBeyond) {
        beyondDepth += 1;
      }
      const found = choices.ended ? history.violations : [...history.violations, ...broken(history)];
      if (!choices.ended) {
        ends += 1;
      }
      const path = choices.taken.map(({ taken }) => taken);
      violations.push(...found.map((violation) => ({ ...violation, path })));
      if (until !== undefined && found.some(({ invariant }) => invariant === until)) {
        return result(false);
      }
      if (until === undefined && violations.length > 0) {
        return result(false);
      }
    }
    return result(open.length === 0);
  }

  function result(complete: boolean): Exploration {
    return { runs, states: seen.size, ends, deepest, beyondDepth, complete, violations };
  }
}

function broken(history: History): Violation[] {
  return Object.entries(invariants)
    .filter(([name]) => !leftOut.has(name))
    .flatMap(([invariant, check]) => check(history).map((detail) => ({ invariant, detail })));
}
