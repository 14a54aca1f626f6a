import type { Instant } from '@pixsim7/core';
import type { Random } from '../machine/random.ts';

export type GenerationEnd = 'succeeded' | 'failed' | 'filtered';
/** The effect of a video file on its reader: none, it cannot be read, or it ends the whole server. */
export type FileNature = 'sound' | 'damaged' | 'deadly';
export type GenerationState = 'running' | GenerationEnd | 'cancelled';

/** One paid piece of work at the simulated provider. */
export interface Generation {
  readonly id: string;
  readonly credential: string;
  readonly token: string;
  readonly webhookUrl: string | null;
  readonly credits: number;
  readonly createdAt: Instant;
  readonly endsAt: Instant;
  readonly end: GenerationEnd;
  /** The status says done this long before the output is listed. */
  readonly outputDelayMs: number;
  readonly file: FileNature;
  cancelledAt: Instant | null;
}

export interface ServerSettings {
  /** Whether a repeated token gives the same generation again. */
  readonly idempotency: 'token' | 'none';
  readonly idempotencyWindowMs: number;
  readonly renderMs: readonly [minimum: number, maximum: number];
  readonly failureRate: number;
  readonly filterRate: number;
  /** Share of the requests that are refused for what they ask; the same request is refused every time. */
  readonly contentRefusalRate: number;
  /** Share of the requests whose model the provider has just taken away. */
  readonly modelGoneRate: number;
  /** Share of the files that the provider does not take, each every time. */
  readonly fileRefusalRate: number;
  readonly lateOutputRate: number;
  /** Share of the generations that the provider forgets to finish. */
  readonly stuckRate: number;
  /** Shares of the videos whose file cannot be read, and whose file ends its reader. */
  readonly damagedFileRate: number;
  readonly deadlyFileRate: number;
  /** The real charge, as a factor of the published price. */
  readonly priceFactor: number;
  /** Begins its ids, so that two providers never give the same one. */
  readonly idPrefix: string;
  /** Whether the provider refuses above the account's limit or takes everything. */
  readonly refusesAboveLimit: boolean;
}

export interface ServerAccount {
  readonly maxConcurrent: number;
  /** Before anything was charged; a top-up raises it. */
  deposit: number;
}

/** A refusal that looked at the request itself. */
type Refusal = 'content_refused' | 'model_gone' | 'file_refused';

export type SubmitAnswer =
  | { readonly answer: 'created' | 'repeated'; readonly generation: Generation }
  | { readonly answer: 'no_credits' | 'too_many' | Refusal };

/** Parts of a submit that not every request has. */
export interface SubmitWish {
  /** Assets whose files it uses, by id. */
  readonly files?: readonly string[];
  /** The end is announced to this address; null for not at all. */
  readonly webhookUrl?: string | null;
}

/** A provider without bad luck that charges what it publishes. */
export const calmServer = {
  idPrefix: '9',
  failureRate: 0,
  filterRate: 0,
  contentRefusalRate: 0,
  modelGoneRate: 0,
  fileRefusalRate: 0,
  lateOutputRate: 0,
  stuckRate: 0,
  damagedFileRate: 0,
  deadlyFileRate: 0,
  priceFactor: 1,
} as const satisfies Partial<ServerSettings>;

/**
 * The truth on the other side of the wire. It is a function of time: nothing has to tick for a video to be done.
 * Credits are charged at submit and given back when the end is not a video.
 */
export class SimulatedProviderServer {
  readonly generations = new Map<string, Generation>();
  readonly accounts = new Map<string, ServerAccount>();
  readonly settings: ServerSettings;
  readonly #random: Random;
  readonly #now: () => Instant;
  /** The most generations that ran at one time, by credential. */
  readonly peaks = new Map<string, number>();
  readonly #refusals = new Map<string, Refusal | null>();
  /** Hears of every generation when it starts. */
  onCreated: ((generation: Generation) => void) | null = null;
  readonly #refusedFiles = new Map<string, 'upload' | 'submit' | null>();
  /** Files that came in a form that the manifest does not have, one sentence each. */
  readonly misfits: string[] = [];

  constructor(settings: ServerSettings, random: Random, now: () => Instant) {
    this.settings = settings;
    this.#random = random;
    this.#now = now;
  }

  submit(credential: string, token: string, price: number, wish: SubmitWish = {}): SubmitAnswer {
    const { files = [], webhookUrl = null } = wish;
    const repeated = this.#findByToken(credential, token);
    if (repeated !== null) {
      return { answer: 'repeated', generation: repeated };
    }
    if (files.some((file) => this.refusesFileAt(file) === 'submit')) {
      return { answer: 'file_refused' };
    }
    const refusal = this.#refusalOf(token);
    if (refusal !== null) {
      return { answer: refusal };
    }
    const account = this.#account(credential);
    const running = this.running(credential);
    if (this.settings.refusesAboveLimit && running >= account.maxConcurrent) {
      return { answer: 'too_many' };
    }
    const credits = Math.round(price * this.settings.priceFactor);
    if (this.balance(credential) < credits) {
      return { answer: 'no_credits' };
    }

    const [fastest, slowest] = this.settings.renderMs;
    const generation: Generation = {
      id: `${this.settings.idPrefix}${String(this.#random.integer(10 ** 14, 10 ** 15))}${this.generations.size}`,
      credential,
      token,
      credits,
      createdAt: this.#now(),
      endsAt: this.#random.chance(this.settings.stuckRate)
        ? Infinity
        : this.#now() + this.#random.integer(fastest, slowest),
      webhookUrl,
      end: this.#pickEnd(),
      outputDelayMs: this.#random.chance(this.settings.lateOutputRate) ? this.#random.integer(1, 120_000) : 0,
      file: this.#pickFile(),
      cancelledAt: null,
    };
    this.generations.set(generation.id, generation);
    this.onCreated?.(generation);
    this.peaks.set(credential, Math.max(this.peaks.get(credential) ?? 0, running + 1));
    return { answer: 'created', generation };
  }

  stateOf(generation: Generation): GenerationState {
    if (generation.cancelledAt !== null) {
      return 'cancelled';
    }
    return this.#now() < generation.endsAt ? 'running' : generation.end;
  }

  hasOutput(generation: Generation): boolean {
    return (
      this.stateOf(generation) === 'succeeded' && this.#now() >= generation.endsAt + generation.outputDelayMs
    );
  }

  find(credential: string, id: string): Generation | null {
    const generation = this.generations.get(id);
    return generation?.credential === credential ? generation : null;
  }

  /** False when it is too late. */
  cancel(generation: Generation): boolean {
    if (this.stateOf(generation) === 'cancelled') {
      return true;
    }
    if (this.stateOf(generation) !== 'running') {
      return false;
    }
    generation.cancelledAt = this.#now();
    return true;
  }

  running(credential: string): number {
    return this.#of(credential).filter((generation) => this.stateOf(generation) === 'running').length;
  }

  balance(credential: string): number {
    const charged = this.#of(credential).filter((generation) => this.isCharged(generation));
    return charged.reduce((left, generation) => left - generation.credits, this.#account(credential).deposit);
  }

  /** Credits are with the provider: the video is there or may still come. */
  isCharged(generation: Generation): boolean {
    const state = this.stateOf(generation);
    return state === 'running' || state === 'succeeded';
  }

  /** The moment at which the provider refuses a file; null: it takes it. */
  refusesFileAt(file: string): 'upload' | 'submit' | null {
    const known = this.#refusedFiles.get(file);
    if (known !== undefined) {
      return known;
    }
    const isRefused = this.#random.chance(this.settings.fileRefusalRate);
    const when = isRefused ? this.#random.pick(['upload', 'submit'] as const) : null;
    this.#refusedFiles.set(file, when);
    return when;
  }

  /** The same request gets the same answer every time. */
  #refusalOf(token: string): Refusal | null {
    const known = this.#refusals.get(token);
    if (known !== undefined) {
      return known;
    }
    const refusal = this.#drawRefusal();
    this.#refusals.set(token, refusal);
    return refusal;
  }

  #drawRefusal(): Refusal | null {
    if (this.#random.chance(this.settings.contentRefusalRate)) {
      return 'content_refused';
    }
    return this.#random.chance(this.settings.modelGoneRate) ? 'model_gone' : null;
  }

  #account(credential: string): ServerAccount {
    const account = this.accounts.get(credential);
    if (account === undefined) {
      throw new Error('The simulated provider does not know these credentials.');
    }
    return account;
  }

  #of(credential: string): Generation[] {
    return [...this.generations.values()].filter((generation) => generation.credential === credential);
  }

  #findByToken(credential: string, token: string): Generation | null {
    if (this.settings.idempotency === 'none') {
      return null;
    }
    const oldest = this.#now() - this.settings.idempotencyWindowMs;
    const known = this.#of(credential).find(
      (generation) => generation.token === token && generation.createdAt >= oldest,
    );
    return known ?? null;
  }

  #pickFile(): FileNature {
    if (this.#random.chance(this.settings.damagedFileRate)) {
      return 'damaged';
    }
    return this.#random.chance(this.settings.deadlyFileRate) ? 'deadly' : 'sound';
  }

  #pickEnd(): GenerationEnd {
    const fraction = this.#random.fraction();
    if (fraction < this.settings.failureRate) {
      return 'failed';
    }
    if (fraction < this.settings.failureRate + this.settings.filterRate) {
      return 'filtered';
    }
    return 'succeeded';
  }
}
