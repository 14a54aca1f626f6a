import type { Instant } from '../../model/index.ts';
import type { Logger, System } from '../../ports/index.ts';
import { returnDelayMs } from '../../rules/pacing.ts';
import { shareNames } from '../../rules/places.ts';
import type { Destination, ShareName, Shares } from '../../rules/places.ts';
import { after } from '../after.ts';
import { ShareCounts } from './share-counts.ts';
import type { Share } from './share-counts.ts';
import { nameOf, WaitingLines } from './waiting-lines.ts';

/** A run waits in its place of the queue for so long: in a share that moves at all, a place is free sooner. */
const standMs = 250;
/** A place is kept so long for a run that was called back; its message may have gone to another process. */
const keptMs = 2_000;
/** Rows that may wait. More than these come back by their timer only, which is as late as it gets. */
const maxWaiting = 10_000;
const timesOfUnremembered = 100;

/** A place that is taken until it is given back. */
export interface Place {
  /** Gives it back; a second time does nothing. */
  leave(): void;
}

export type Admission =
  | { readonly kind: 'entered'; readonly place: Place }
  /** When a place becomes free before this time, the step is offered again at once. */
  | { readonly kind: 'full'; readonly until: Instant };

/** One run of a step over one row. */
export interface Visit {
  /** Takes a place. When a share is full, the row waits in line and the run can end. */
  enter(destination: Destination): Promise<Admission>;
  /** Remembers the version with which the row was put off until its time in line is over. */
  putOff(version: number): void;
  /** Whether this run was called because a place is free, and nobody has written the row since it was put off. */
  isCalledFor(version: number): boolean;
  /** Gives back whatever the run still has. */
  end(): void;
}

export interface BulkheadOptions {
  /** The kind of work, for the log. */
  readonly work: string;
  readonly shares: Shares;
  readonly system: Pick<System, 'every' | 'now'>;
  readonly logger: Logger;
}

interface Waiter {
  readonly id: string;
  readonly destination: Destination;
  /** The number of times that it was sent away. */
  times: number;
  version: number | null;
  /** Called with the place that was taken for it. */
  give: (place: Place) => void;
  /** Once it was called back. */
  kept: { readonly place: Place; readonly callOff: () => void } | null;
}

/**
 * The places of one kind of outside work in this process. Each account, host and provider has a share of them, so that
 * what hangs holds its own share and nothing else.
 *
 * A row that finds a share full gives up its place of the queue and waits in line. When a place becomes free, it is taken
 * for the first in line whose shares have room, and the step of that row is offered again.
 */
export class Bulkhead {
  readonly #options: BulkheadOptions;
  readonly #counts: ShareCounts;
  readonly #lines = new WaitingLines<Waiter>();
  /** Everybody in a line, and those that were called back. */
  readonly #waiters = new Map<string, Waiter>();
  readonly #timesFull = new Map<ShareName, number>(shareNames.map((share) => [share, 0]));
  #answers = 0;

  constructor(options: BulkheadOptions) {
    this.#options = options;
    this.#counts = new ShareCounts(options.shares);
  }

  /** Places in use and kept. */
  get used(): number {
    return this.#counts.total;
  }

  get waiting(): number {
    return this.#waiters.size;
  }

  /** The number of times that a share was full and somebody was sent away, since the start of the process. */
  get timesFull(): ReadonlyMap<ShareName, number> {
    return this.#timesFull;
  }

  /** @param call offers the step of this row again, now */
  visit(id: string, call: () => Promise<void>): Visit {
    let place: Place | null = null;
    let isInLine = false;
    return {
      enter: async (destination) => {
        const admission = await this.#enter(id, destination, call);
        if (admission.kind === 'entered') {
          ({ place } = admission);
        } else {
          isInLine = true;
        }
        return admission;
      },
      putOff: (version) => {
        const waiter = this.#waiters.get(id);
        if (waiter !== undefined) {
          waiter.version = version;
        }
      },
      isCalledFor: (version) => {
        const waiter = this.#waiters.get(id);
        return waiter !== undefined && waiter.kept !== null && waiter.version === version;
      },
      end: () => {
        if (place !== null) {
          place.leave();
        }
        // The run found nothing to do, so nobody waits any more.
        else if (!isInLine) {
          this.#forget(id);
        }
      },
    };
  }

  /** A place for somebody who waits for an answer; null when none becomes free in this time. */
  async placeWithin(destination: Destination, patienceMs: number): Promise<Place | null> {
    const { system } = this.#options;
    const full = this.#counts.full(destination);
    if (full === null) {
      return this.#take(destination);
    }
    if (patienceMs <= 0) {
      this.#countFull(full);
      return null;
    }
    this.#answers += 1;
    const id = `answer ${this.#answers}`;
    return new Promise((resolve) => {
      const giveUp = (): void => {
        this.#forget(id);
        this.#countFull(full);
        resolve(null);
      };
      const callOff = after(system, patienceMs, giveUp);
      const joined = this.#join(id, destination, full, (place) => {
        callOff();
        this.#waiters.delete(id);
        resolve(place);
      });
      if (joined !== null) {
        return;
      }
      callOff();
      giveUp();
    });
  }

  async #enter(id: string, destination: Destination, call: () => Promise<void>): Promise<Admission> {
    const earlier = this.#waiters.get(id);
    const isSameLine = earlier !== undefined && nameOf(earlier.destination) === nameOf(destination);
    if (isSameLine && earlier.kept !== null) {
      const { place, callOff } = earlier.kept;
      callOff();
      this.#waiters.delete(id);
      return { kind: 'entered', place };
    }
    if (!isSameLine) {
      this.#forget(id);
    }
    const full = this.#counts.full(destination);
    if (full === null) {
      this.#forget(id);
      return { kind: 'entered', place: this.#take(destination) };
    }
    const waiter = this.#waiters.get(id) ?? this.#join(id, destination, full, noPlaceYet);
    if (waiter === null) {
      return this.#sendAway(full, id, timesOfUnremembered);
    }
    const leaveWaiting = (): Admission => {
      waiter.give = (place) => this.#callBack(waiter, place, call);
      waiter.times += 1;
      return this.#sendAway(full, id, waiter.times);
    };
    if (this.#counts.isStuck(full.key)) {
      return leaveWaiting();
    }
    return this.#stand(waiter, full, leaveWaiting);
  }

  /** Waits for as long as places of the full share are given back. */
  #stand(waiter: Waiter, full: Share, leaveWaiting: () => Admission): Promise<Admission> {
    const { system } = this.#options;
    return new Promise((resolve) => {
      let callOff = (): void => undefined;
      const watch = (): void => {
        const stamp = this.#counts.stampOf(full.key);
        callOff = after(system, standMs, () => {
          if (this.#counts.stampOf(full.key) !== stamp) {
            return watch();
          }
          if (!this.#counts.isStuck(full.key)) {
            this.#logStuck(full, waiter.destination);
          }
          this.#counts.markStuck(full.key);
          return resolve(leaveWaiting());
        });
      };
      waiter.give = (place) => {
        callOff();
        this.#waiters.delete(waiter.id);
        resolve({ kind: 'entered', place });
      };
      watch();
    });
  }

  #sendAway(full: Share, id: string, times: number): Admission {
    this.#countFull(full);
    return { kind: 'full', until: this.#options.system.now() + returnDelayMs(times, spreadOf(id)) };
  }

  #logStuck({ name }: Share, { account, hosts, provider }: Destination): void {
    const { logger, work } = this.#options;
    const fields = { work, share: name, account_id: account, provider_id: provider, hosts };
    logger.info(fields, 'all places taken');
  }

  #countFull({ name }: Share): void {
    this.#timesFull.set(name, (this.#timesFull.get(name) ?? 0) + 1);
  }

  /** Keeps a place for a row that went away, and has its step offered again. */
  #callBack(waiter: Waiter, place: Place, call: () => Promise<void>): void {
    const { logger, system } = this.#options;
    waiter.kept = { place, callOff: after(system, keptMs, () => this.#forget(waiter.id)) };
    call().catch((error: unknown) => {
      logger.warn({ id: waiter.id, error }, 'waiting step not offered again');
    });
  }

  /** null when too many wait already. */
  #join(id: string, destination: Destination, full: Share, give: Waiter['give']): Waiter | null {
    if (this.#waiters.size >= maxWaiting) {
      return null;
    }
    const waiter: Waiter = { id, destination, times: 0, version: null, give, kept: null };
    this.#waiters.set(id, waiter);
    this.#lines.add(waiter, full.key);
    return waiter;
  }

  #forget(id: string): void {
    const waiter = this.#waiters.get(id);
    if (waiter === undefined) {
      return;
    }
    this.#waiters.delete(id);
    this.#lines.remove(waiter);
    waiter.kept?.callOff();
    waiter.kept?.place.leave();
  }

  #take(destination: Destination): Place {
    this.#counts.take(destination);
    let isTaken = true;
    return {
      leave: () => {
        if (!isTaken) {
          return;
        }
        isTaken = false;
        this.#serve(this.#counts.giveBack(destination));
      },
    };
  }

  /** Gives what is free to those who wait. Nobody who comes later finds it first. */
  #serve(withRoom: readonly string[]): void {
    const fullKeyOf = ({ destination }: Waiter): string | null => this.#counts.full(destination)?.key ?? null;
    let next = this.#lines.takeNext(withRoom, fullKeyOf);
    for (; next !== null; next = this.#lines.takeNext(withRoom, fullKeyOf)) {
      next.give(this.#take(next.destination));
    }
  }
}

/** For the moment between joining a line and knowing how to wait in it. */
function noPlaceYet(place: Place): void {
  place.leave();
}

/** From 0 to 1, always the same for a row and different between rows, so they do not come back all at once. */
function spreadOf(id: string): number {
  let mixed = 0;
  for (const character of id) {
    mixed = (mixed * 31 + (character.codePointAt(0) ?? 0)) % 1_009;
  }
  return mixed / 1_008;
}
