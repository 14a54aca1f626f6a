import { Random } from '../simulation/machine/random.ts';

/** A place in a run where more than one thing can happen, and what was taken. */
export interface Choice {
  readonly options: number;
  readonly taken: number;
}

/**
 * Makes the decisions of a run. It follows a given beginning and takes the first option everywhere after it, so that a run can
 * be repeated exactly and then continued differently.
 */
export class ChoiceSequence {
  readonly taken: Choice[] = [];
  readonly #beginning: readonly number[];
  /** Asked before every choice after the beginning; false ends the run there. */
  readonly #goesOn: (depth: number, question: string) => boolean;
  /** The run is over: the state was seen before, or lies too deep. */
  ended = false;

  constructor(beginning: readonly number[], goesOn: (depth: number, question: string) => boolean) {
    this.#beginning = beginning;
    this.#goesOn = goesOn;
  }

  /**
   * @param question what is decided; in one state there may be several questions one after the other
   * @returns a number from 0 to one less than `options`
   */
  choose(options: number, question: string): number {
    if (options <= 1 || this.ended) {
      return 0;
    }
    const depth = this.taken.length;
    if (depth >= this.#beginning.length && !this.#goesOn(depth, question)) {
      this.ended = true;
      return 0;
    }
    const taken = this.#beginning[depth] ?? 0;
    this.taken.push({ options, taken });
    return taken;
  }
}

/** Fixed numbers where the simulation draws some, and a choice where it picks one of several. */
export class ChosenRandom extends Random {
  readonly #choices: ChoiceSequence;
  #made = 0;

  constructor(choices: ChoiceSequence) {
    super(1);
    this.#choices = choices;
  }

  override fraction(): number {
    return 0.5;
  }

  override integer(minimum: number): number {
    return minimum;
  }

  override chance(): boolean {
    return false;
  }

  override place(length: number): number {
    return this.#choices.choose(length, 'which');
  }

  override bytes(length: number): Uint8Array {
    this.#made += 1;
    return Uint8Array.from({ length }, (_, index) => (this.#made >> (8 * (length - 1 - index))) & 0xff);
  }

  override fork(): Random {
    return new ChosenRandom(this.#choices);
  }
}

/** Bad luck that may strike once, at any of its chances. */
export class Once {
  readonly #choices: ChoiceSequence;
  left: number;

  constructor(choices: ChoiceSequence, times: number) {
    this.#choices = choices;
    this.left = times;
  }

  strikes(question: string): boolean {
    if (this.left === 0 || this.#choices.choose(2, question) === 0) {
      return false;
    }
    this.left -= 1;
    return true;
  }
}
