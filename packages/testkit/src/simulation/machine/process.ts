import type { Instant } from '@pixsim7/core';
import type { Random } from './random.ts';
import type { Scheduler, Waiter } from './scheduler.ts';

/** The odds that a call of a port goes wrong for the process that made it. */
export interface ProcessRisks {
  /** Chance that the process dies at a call: half before the effect, half after it. */
  readonly crash: number;
  /** A call outside the database is this much likelier to end the process. Of 20 calls, 19 go to the database; the others matter as much. */
  readonly crashOutside?: number;
  /** Chance that it stands still at a call, and the longest time that it does. */
  readonly freeze: number;
  readonly longestFreezeMs: number;
  /** Chance that others may run before and after a call. */
  readonly yield: number;
}

/** Something that does all of its work through `call`, and may die there. */
export interface AtRisk extends Waiter {
  call<Result>(port: string, effect: () => Promise<Result>): Promise<Result>;
  crash(where: string): void;
}

export const noRisks: ProcessRisks = { crash: 0, freeze: 0, longestFreezeMs: 0, yield: 0 };

/**
 * One running server. All that it does to the world goes through `call`, and there it can die. The promises of a dead
 * process never settle: no catch of its code sees the crash, as none would see `kill -9`.
 */
export class SimulatedProcess implements AtRisk {
  readonly name: string;
  readonly #scheduler: Scheduler;
  readonly #random: Random;
  readonly #onCrash: (process: SimulatedProcess, where: string) => void;
  risks: ProcessRisks;
  alive = true;
  frozenUntil: Instant = 0;

  constructor(
    name: string,
    scheduler: Scheduler,
    random: Random,
    risks: ProcessRisks,
    onCrash: (process: SimulatedProcess, where: string) => void,
  ) {
    this.name = name;
    this.#scheduler = scheduler;
    this.#random = random;
    this.risks = risks;
    this.#onCrash = onCrash;
  }

  async call<Result>(port: string, effect: () => Promise<Result>): Promise<Result> {
    const factor = port.startsWith('database.') ? 1 : (this.risks.crashOutside ?? 1);
    const crash = Math.min(0.5, (this.risks.crash / 2) * factor);
    await this.#point(`before ${port}`, crash);
    try {
      return await effect();
    } finally {
      await this.#point(`after ${port}`, crash);
    }
  }

  crash(where: string): void {
    if (!this.alive) {
      return;
    }
    this.alive = false;
    this.#onCrash(this, where);
  }

  async #point(where: string, crash: number): Promise<void> {
    if (!this.alive) {
      await forEver();
    }
    if (this.#random.chance(crash)) {
      this.crash(where);
      await forEver();
    }
    if (this.#random.chance(this.risks.freeze)) {
      this.frozenUntil = this.#scheduler.now + this.#random.integer(1, this.risks.longestFreezeMs);
    }
    if (this.frozenUntil > this.#scheduler.now || this.#random.chance(this.risks.yield)) {
      await this.#scheduler.wait(this, 0);
    }
  }
}

function forEver(): Promise<never> {
  return new Promise(() => undefined);
}
