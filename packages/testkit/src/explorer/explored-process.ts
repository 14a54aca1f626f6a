import type { AtRisk } from '../simulation/machine/process.ts';
import type { Scheduler } from '../simulation/machine/scheduler.ts';
import { Activities } from './activities.ts';
import type { Once } from './choices.ts';

/** Longer than a lease, so that others take over what a process stood still in. */
const freezeMs = 45_000;

/** The parts of a world that a process needs. */
export interface ProcessWorld {
  readonly scheduler: Scheduler;
  readonly crashes: Once;
  readonly freezes: Once;
  afterCrash(where: string): void;
}

/** A process that may die before any call that others can see, and lets others go first at each transaction. */
export class ExploredProcess implements AtRisk {
  readonly name: string;
  readonly activities = new Activities();
  frozenUntil = 0;
  readonly #world: ProcessWorld;
  alive = true;

  constructor(name: string, world: ProcessWorld) {
    this.name = name;
    this.#world = world;
  }

  async call<Result>(port: string, effect: () => Promise<Result>): Promise<Result> {
    if (!this.alive) {
      await forEver();
    }
    const { crashes, freezes, scheduler } = this.#world;
    const now = (): number => scheduler.now;
    return this.activities.call(port, now, async () => {
      const question = `${this.name}, ${this.activities.asking} before ${port}`;
      if (isVisible(port) && crashes.strikes(`crash of ${question}`)) {
        this.crash(`before ${port}`);
        await forEver();
      }
      if (isVisible(port) && freezes.strikes(`freeze of ${question}`)) {
        this.frozenUntil = now() + freezeMs;
        await scheduler.wait(this, 0);
      }
      if (port === 'database.transaction') {
        await scheduler.wait(this, 0);
      }
      return effect();
    });
  }

  crash(where: string): void {
    if (!this.alive) {
      return;
    }
    this.alive = false;
    this.activities.clear();
    this.#world.afterCrash(`${this.name} ${where}`);
  }
}

/** The effects of a process that others can see. Its death matters only between these. */
function isVisible(port: string): boolean {
  return port === 'database.transaction' || port === 'provider.execute' || port === 'blobs.keep';
}

function forEver(): Promise<never> {
  return new Promise(() => undefined);
}
