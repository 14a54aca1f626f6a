import type { Instant, Logger, PauseBounds, StepHandler, StepQueueStatistics } from '@pixsim7/core';
import type { RedisLink } from '../../redis/redis-link.ts';
import { earlier } from '../earlier.ts';
import { BullmqCarrier } from './bullmq-carrier.ts';
import type { BullmqCarrierSettings } from './bullmq-carrier.ts';
import { RunsHere } from './runs-here.ts';
import type { StepLoad } from './worker-loads.ts';

export interface BullmqStepRunnerSettings extends BullmqCarrierSettings {
  /** Whether what is due stays in the process that offers it. */
  readonly stays: boolean;
  /** The keys of this step that the least busy of the other workers has; null when there is no other worker. */
  readonly leastHeldElsewhere: () => number | null;
  readonly retryDelays: PauseBounds;
  readonly logger: Logger;
}

/** A worker keeps twice as many keys as the least busy one, and so many more: nobody waits here while others are idle. */
const keepableOfIdle = 16;

/** One step: what is due stays here when there is room, everything else is carried by BullMQ. */
export class BullmqStepRunner {
  readonly #carrier: BullmqCarrier;
  readonly #here: RunsHere;
  #handingOver: Promise<unknown> = Promise.resolve();

  constructor(settings: BullmqStepRunnerSettings) {
    const { step, concurrency, stays, retryDelays, random, scheduler, logger } = settings;
    this.#carrier = new BullmqCarrier(settings);
    this.#here = new RunsHere({
      step,
      places: concurrency,
      keepable: () => (stays ? keepable(concurrency, settings.leastHeldElsewhere()) : 0),
      retryDelays,
      random,
      scheduler,
      logger,
      carrier: this.#carrier,
    });
  }

  /** Resolves even when Redis is away; the offer is lost then, unless it stays here. */
  async offer(id: string, runAt: Instant): Promise<void> {
    if (!this.#here.keep(id, runAt)) {
      await this.#carrier.offer(id, runAt);
    }
  }

  holds(id: string): boolean {
    return this.#here.holds(id);
  }

  start(handler: StepHandler, consumer: RedisLink): void {
    this.#here.start(handler);
    this.#carrier.start((id) => this.#here.runCarried(id), consumer);
  }

  /** Starts nothing any more. Resolves when BullMQ has let go of the worker, for which Redis has to answer. */
  async halt(): Promise<void> {
    const left = this.#here.halt();
    this.#handingOver = Promise.all(left.map(({ id, runAt }) => this.#carrier.offer(id, runAt)));
    await this.#carrier.halt();
  }

  abortRuns(): void {
    this.#here.abortRuns();
  }

  async allEnded(): Promise<void> {
    await this.#here.allEnded();
  }

  /** Writes to Redis that are still open. */
  async settled(): Promise<void> {
    await this.#handingOver;
    await this.#carrier.settled();
  }

  load(): StepLoad {
    const { held, unknownRuns } = this.#here;
    return { held, unknownRuns };
  }

  /** Counts the keys that BullMQ carries and those that stay here. @throws RedisUnavailableError */
  async statistics(): Promise<StepQueueStatistics> {
    const carried = await this.#carrier.statistics();
    const { kept, unknownRuns } = this.#here;
    return {
      step: carried.step,
      waiting: carried.waiting + kept.size,
      running: carried.running + unknownRuns,
      earliest: earlier(carried.earliest, kept.earliest),
    };
  }
}

/** The last quarter of the places is for what comes through Redis. */
function keepable(places: number, leastHeldElsewhere: number | null): number {
  const most = Math.max(1, Math.floor(places * 0.75));
  return leastHeldElsewhere === null ? most : Math.min(most, keepableOfIdle + 2 * leastHeldElsewhere);
}
