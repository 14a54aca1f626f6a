import type { History } from './history.ts';
import { isEnded } from './invariants/states.ts';

/** Counts the events of many histories. Without it "no violation" could mean that nothing happened. */
export class Tally {
  #histories = 0;
  #steps = 0;
  #simulatedMs = 0;
  #jobs = 0;
  #completed = 0;
  #attempts = 0;
  #endedAttempts = 0;
  #generations = 0;
  #crashes = 0;
  #faults = 0;
  readonly violations: string[] = [];

  add(history: History): void {
    const { final } = history;
    this.#histories += 1;
    this.#steps += history.steps;
    this.#simulatedMs += history.duration;
    this.#jobs += final.jobs.length;
    this.#completed += final.jobs.filter(({ status }) => status === 'completed').length;
    this.#attempts += final.submissions.length;
    this.#endedAttempts += final.submissions.filter(({ state }) => isEnded(state)).length;
    for (const { server } of history.providers.values()) {
      this.#generations += server.generations.size;
    }
    this.#crashes += history.crashes.length;
    for (const count of history.faults.values()) {
      this.#faults += count;
    }
    for (const { invariant, detail } of history.violations) {
      this.violations.push(`seed ${history.seed}: ${invariant}: ${detail}`);
    }
  }

  /** One line per figure, for people. */
  describe(): string {
    const days = this.#simulatedMs / 86_400_000;
    return [
      `histories            ${this.#histories}, ${this.#steps} steps, ${days.toFixed(1)} simulated days`,
      `jobs                 ${this.#jobs}, of them ${this.#completed} completed`,
      `attempts             ${this.#attempts}, of them ${this.#endedAttempts} ended`,
      `paid generations     ${this.#generations}`,
      `crashed processes    ${this.#crashes}`,
      `faults of providers  ${this.#faults}`,
      `broken invariants    ${this.violations.length}`,
    ].join('\n');
  }
}
