import type { Instant } from '@pixsim7/core';
import type { Random } from '../machine/random.ts';

/** Mishaps outside of our processes. */
export const faultNames = [
  /** The request never arrives and the caller sees a broken connection. */
  'reply_lost_before_acceptance',
  /** The generation starts and the caller sees a broken connection. */
  'reply_lost_after_acceptance',
  /** The caller gives up first; the request arrives afterwards. */
  'arrives_late',
  /** A 5xx answer: sometimes the generation was created, sometimes not. */
  'server_error_on_submit',
  /** The server refuses before it looks at the request: busy, too many calls, maintenance. */
  'refused_at_the_door',
  /** Nothing is taken: the provider says that it is down. */
  'down_for_maintenance',
  /** The credentials are refused for a while. */
  'credentials_refused',
  'status_unreadable',
  /** A status word that the adapter does not know. */
  'status_word_unknown',
  'balance_unreadable',
  'upload_refused',
  'download_refused',
  /** The connection breaks half-way through the file. */
  'download_cut',
  /** The bytes are complete and are not a video. */
  'download_broken',
  /** Connections that stay open and bring no answer. Of a submit, nobody can tell whether it arrived. */
  'submit_hangs',
  'upload_hangs',
  'status_hangs',
  'balance_hangs',
  /** The file stops half-way, and the connection stays open. */
  'link_falls_silent',
  /** The file arrives byte by byte. */
  'link_drips',
] as const;
export type FaultName = (typeof faultNames)[number];

/** Faults that hold a place for a long time instead of failing. */
export const hangingFaults = [
  'submit_hangs',
  'upload_hangs',
  'status_hangs',
  'balance_hangs',
  'link_falls_silent',
  'link_drips',
] as const satisfies readonly FaultName[];

export type FaultRates = Readonly<Record<FaultName, number>>;

export function uniformRates(rate: number): FaultRates {
  return Object.fromEntries(faultNames.map((name) => [name, rate])) as FaultRates;
}

/** Seeded bad luck that ends at a time, after which everything works: then every job has to come to its end. */
export class Faults {
  readonly #random: Random;
  readonly #rates: FaultRates;
  readonly #until: Instant;
  readonly #now: () => Instant;
  readonly #counts = new Map<FaultName, number>();

  constructor(random: Random, rates: FaultRates, until: Instant, now: () => Instant) {
    this.#random = random;
    this.#rates = rates;
    this.#until = until;
    this.#now = now;
  }

  strikes(name: FaultName): boolean {
    if (this.#now() >= this.#until || !this.#random.chance(this.#rates[name])) {
      return false;
    }
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
    return true;
  }

  /** The number of times that each one struck. */
  get counts(): ReadonlyMap<FaultName, number> {
    return this.#counts;
  }
}
