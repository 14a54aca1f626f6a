import { Random } from '../simulation/machine/random.ts';
import { Faults, uniformRates } from '../simulation/provider/faults.ts';
import type { FaultName } from '../simulation/provider/faults.ts';
import { ChosenRandom } from './choices.ts';
import type { ChoiceSequence, Once } from './choices.ts';

/** A line that loses a reply when the choices say so, and has no other fault. */
export class ChosenFaults extends Faults {
  readonly #once: Once;

  constructor(once: Once, now: () => number) {
    super(new Random(1), uniformRates(0), 0, now);
    this.#once = once;
  }

  override strikes(name: FaultName): boolean {
    return name === 'reply_lost_after_acceptance' && this.#once.strikes('reply lost');
  }
}

/** Brings a message twice when the choices say so. */
export class DuplicatingRandom extends ChosenRandom {
  readonly #once: Once;

  constructor(choices: ChoiceSequence, once: Once) {
    super(choices);
    this.#once = once;
  }

  override chance(probability = 0): boolean {
    return probability > 0 && this.#once.strikes('duplicate');
  }
}
