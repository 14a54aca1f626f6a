import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { messageOf, StaleRowError } from '@pixsim7/core';
import type { Instant, StepHandler, StepHandlers, StepQueue } from '@pixsim7/core';

/** One queue to be tested, on a store of its own. */
export interface StepQueueHarness {
  readonly queue: StepQueue;
  /** The clock that the queue goes by. */
  now(): Instant;
  /** Number of failures that the queue has logged so far. */
  loggedFailures(): number;
  /** Called after the queue was stopped. */
  close(): Promise<void>;
}

export interface StepQueueHarnessOptions {
  readonly checkConcurrency: number;
  /** Delay after the first failure; short, because the suite waits for it. */
  readonly firstRetryMs: number;
  /** By how much the clock of the queue is ahead of the machine's. */
  readonly clockAheadMs: number;
}

export type MakeStepQueue = (options: StepQueueHarnessOptions) => Promise<StepQueueHarness>;

const anHour = 60 * 60 * 1000;
/** A condition may take this long to come true; a bound, never a delay. */
const waiting = { timeout: 5_000, interval: 2 };

/** Every implementation of the step queue passes this. Real time; every wait ends with its condition. */
export function describeStepQueueContract(name: string, makeQueue: MakeStepQueue): void {
  describe(`${name} as a step queue`, () => {
    // The machine's clock was set back by an hour, or forward: nothing comes later or earlier for that.
    describe.each([
      ['ahead of', anHour],
      ['behind', -anHour],
    ])('whose clock is an hour %s the machine’s', (_, clockAheadMs) => {
      it('runs each key at its time', async () => {
        const harness = await makeQueue({ checkConcurrency: 3, firstRetryMs: 5, clockAheadMs });
        const { queue } = harness;
        const ranAt = new Map<string, Instant>();
        try {
          await queue.start({
            check: async (id: string) => {
              const isFirst = !ranAt.has(id);
              ranAt.set(id, harness.now());
              return id === 'again' && isFirst ? { again: harness.now() + 5 } : {};
            },
          });
          const soon = harness.now() + 20;
          await queue.offer(messageOf('check', 'now'), harness.now());
          await queue.offer(messageOf('check', 'again'), harness.now());
          await queue.offer(messageOf('check', 'soon'), soon);
          await queue.offer(messageOf('check', 'in an hour'), harness.now() + anHour);
          await vi.waitFor(() => expect([...ranAt.keys()].sort()).toEqual(['again', 'now', 'soon']), waiting);
          expect(ranAt.get('soon')).toBeGreaterThanOrEqual(soon);
          await vi.waitFor(async () => {
            const check = (await queue.statistics()).find(({ step }) => step === 'check');
            expect(check).toMatchObject({ waiting: 1, running: 0 });
          }, waiting);
        } finally {
          await queue.stop(0);
          await harness.close();
        }
      });
    });

    let harness: StepQueueHarness;
    let queue: StepQueue;
    let openGates: (() => void)[];

    beforeEach(async () => {
      harness = await makeQueue({ checkConcurrency: 3, firstRetryMs: 5, clockAheadMs: 0 });
      ({ queue } = harness);
      openGates = [];
    });

    afterEach(async () => {
      for (const open of openGates) {
        open();
      }
      await queue.stop(0);
      await harness.close();
    });

    /** A promise that the test resolves, at its end at the latest. */
    function createGate(): { readonly passed: Promise<void>; open(): void } {
      let open = (): void => undefined;
      const passed = new Promise<void>((resolve) => {
        open = resolve;
      });
      openGates.push(open);
      return { passed, open };
    }

    const checked = (handler: StepHandler): Promise<void> =>
      queue.start({ check: handler } satisfies StepHandlers);
    const offerCheck = (id: string, runAt: Instant): Promise<void> =>
      queue.offer(messageOf('check', id), runAt);

    async function checkStatistics(): Promise<{
      waiting: number;
      running: number;
      earliest: Instant | null;
    }> {
      const found = (await queue.statistics()).find(({ step }) => step === 'check');
      return found ?? { waiting: 0, running: 0, earliest: null };
    }

    async function idle(): Promise<void> {
      await vi.waitFor(async () => {
        expect(await checkStatistics()).toMatchObject({ waiting: 0, running: 0 });
      }, waiting);
    }

    it('runs an offered message with its id', async () => {
      const ran: string[] = [];
      await checked(async (id) => {
        ran.push(id);
        return {};
      });
      await offerCheck('sub_1', harness.now());
      await idle();
      expect(ran).toEqual(['sub_1']);
    });

    it('gives each step to its own handler', async () => {
      const ran: string[] = [];
      await queue.start({
        check: async (id) => {
          ran.push(`check ${id}`);
          return {};
        },
        submit: async (id) => {
          ran.push(`submit ${id}`);
          return {};
        },
      });
      await queue.offer(messageOf('submit', 'sub_1'), harness.now());
      await queue.offer(messageOf('check', 'sub_1'), harness.now());
      await vi.waitFor(() => expect(ran).toHaveLength(2), waiting);
      expect(ran.sort()).toEqual(['check sub_1', 'submit sub_1']);
    });

    it('keeps what is offered before the start', async () => {
      const ran: string[] = [];
      await offerCheck('sub_1', harness.now());
      expect(await checkStatistics()).toMatchObject({ waiting: 1, running: 0 });
      await checked(async (id) => {
        ran.push(id);
        return {};
      });
      await idle();
      expect(ran).toEqual(['sub_1']);
    });

    it('does not run a message before its time', async () => {
      const ranAt: Instant[] = [];
      await checked(async () => {
        ranAt.push(harness.now());
        return {};
      });
      const runAt = harness.now() + 20;
      await offerCheck('sub_1', runAt);
      await vi.waitFor(() => expect(ranAt).toHaveLength(1), waiting);
      expect(ranAt[0]).toBeGreaterThanOrEqual(runAt);
    });

    it('runs a key once that is offered many times while it waits', async () => {
      const ran: string[] = [];
      for (let count = 0; count < 20; count += 1) {
        await offerCheck('sub_1', harness.now());
      }
      expect(await checkStatistics()).toMatchObject({ waiting: 1 });
      await checked(async (id) => {
        ran.push(id);
        return {};
      });
      await idle();
      expect(ran).toEqual(['sub_1']);
    });

    it('keeps the earlier time, whichever offer comes first', async () => {
      const ran: string[] = [];
      const now = harness.now();
      await offerCheck('moved forward', now + anHour);
      await offerCheck('moved forward', now);
      await offerCheck('not moved back', now);
      await offerCheck('not moved back', now + anHour);
      await checked(async (id) => {
        ran.push(id);
        return {};
      });
      await idle();
      expect(ran.sort()).toEqual(['moved forward', 'not moved back']);
    });

    it('runs a key once more when it is offered while it runs, and never twice at a time', async () => {
      const gate = createGate();
      let running = 0;
      let maxRunning = 0;
      let runs = 0;
      await checked(async () => {
        runs += 1;
        running += 1;
        maxRunning = Math.max(maxRunning, running);
        await gate.passed;
        running -= 1;
        return {};
      });
      await offerCheck('sub_1', harness.now());
      await vi.waitFor(() => expect(runs).toBe(1), waiting);
      for (let count = 0; count < 5; count += 1) {
        await offerCheck('sub_1', harness.now());
      }
      gate.open();
      await vi.waitFor(() => expect(runs).toBe(2), waiting);
      await idle();
      expect({ runs, maxRunning }).toEqual({ runs: 2, maxRunning: 1 });
    });

    it('runs a key again when its handler asks for it', async () => {
      const ranAt: Instant[] = [];
      await checked(async () => {
        ranAt.push(harness.now());
        return ranAt.length < 3 ? { again: harness.now() + 3 } : {};
      });
      await offerCheck('sub_1', harness.now());
      await vi.waitFor(() => expect(ranAt).toHaveLength(3), waiting);
      await idle();
      expect(ranAt).toHaveLength(3);
    });

    it('runs no more keys of a step at a time than it may', async () => {
      const gate = createGate();
      let running = 0;
      let maxRunning = 0;
      const ran = new Set<string>();
      await checked(async (id) => {
        ran.add(id);
        running += 1;
        maxRunning = Math.max(maxRunning, running);
        await gate.passed;
        running -= 1;
        return {};
      });
      for (let number = 0; number < 10; number += 1) {
        await offerCheck(`sub_${number}`, harness.now());
      }
      await vi.waitFor(() => expect(running).toBe(3), waiting);
      gate.open();
      await vi.waitFor(() => expect(ran.size).toBe(10), waiting);
      expect(maxRunning).toBe(3);
    });

    it('gives the place of a key that is to come back later to the next one', async () => {
      const ran = new Set<string>();
      await checked(async (id) => {
        ran.add(id);
        return { again: harness.now() + anHour };
      });
      for (let number = 0; number < 10; number += 1) {
        await offerCheck(`sub_${number}`, harness.now());
      }
      await vi.waitFor(() => expect(ran.size).toBe(10), waiting);
      await vi.waitFor(async () => {
        expect(await checkStatistics()).toMatchObject({ waiting: 10, running: 0 });
      }, waiting);
    });

    it('logs a handler that throws and runs it again', async () => {
      let runs = 0;
      await checked(async () => {
        runs += 1;
        if (runs < 3) {
          throw new Error('the disk is full');
        }
        return {};
      });
      await offerCheck('sub_1', harness.now());
      await vi.waitFor(() => expect(runs).toBe(3), waiting);
      await idle();
      expect(harness.loggedFailures()).toBe(2);
    });

    it('runs a lost race again without calling it a failure', async () => {
      let runs = 0;
      await checked(async () => {
        runs += 1;
        if (runs < 3) {
          throw new StaleRowError('changed by somebody else');
        }
        return {};
      });
      await offerCheck('sub_1', harness.now());
      await vi.waitFor(() => expect(runs).toBe(3), waiting);
      expect(harness.loggedFailures()).toBe(0);
    });

    it('does not lose other messages when one keeps failing', async () => {
      const ran: string[] = [];
      await checked(async (id) => {
        if (id === 'bad') {
          throw new Error('always');
        }
        ran.push(id);
        return {};
      });
      await offerCheck('bad', harness.now());
      for (let number = 0; number < 5; number += 1) {
        await offerCheck(`good ${number}`, harness.now());
      }
      await vi.waitFor(() => expect(ran).toHaveLength(5), waiting);
    });

    it('says what waits, what runs and what is next', async () => {
      const gate = createGate();
      await checked(async () => {
        await gate.passed;
        return {};
      });
      const later = harness.now() + anHour;
      await offerCheck('now', harness.now());
      await offerCheck('latest', later + 1000);
      await offerCheck('later', later);
      await vi.waitFor(async () => {
        expect(await checkStatistics()).toMatchObject({ waiting: 2, running: 1, earliest: later });
      }, waiting);
    });

    it('says that it holds what runs, and not what is due later', async () => {
      const gate = createGate();
      let runs = 0;
      await checked(async () => {
        runs += 1;
        await gate.passed;
        return {};
      });
      await offerCheck('now', harness.now());
      await offerCheck('later', harness.now() + anHour);
      await vi.waitFor(() => expect(runs).toBe(1), waiting);
      const held = (id: string): boolean => queue.holds(messageOf('check', id));
      expect([held('now'), held('later'), held('never')]).toEqual([true, false, false]);
      gate.open();
      await vi.waitFor(() => expect(held('now')).toBe(false), waiting);
    });

    it('waits at the stop for what runs, starts nothing more, and aborts nothing within the grace', async () => {
      const gate = createGate();
      const seen: { readonly id: string; aborted: boolean | null }[] = [];
      await checked(async (id, signal) => {
        const entry: (typeof seen)[number] = { id, aborted: null };
        seen.push(entry);
        await gate.passed;
        entry.aborted = signal.aborted;
        return { again: harness.now() };
      });
      await offerCheck('sub_1', harness.now());
      await vi.waitFor(() => expect(seen).toHaveLength(1), waiting);
      const stopped = queue.stop(anHour);
      await offerCheck('sub_2', harness.now());
      gate.open();
      await stopped;
      expect(seen).toEqual([{ id: 'sub_1', aborted: false }]);
    });

    it('aborts what still runs when the grace is over, and waits for its end', async () => {
      let ended = false;
      let runs = 0;
      await checked(async (_id, signal) => {
        runs += 1;
        await new Promise((resolve) => {
          signal.addEventListener('abort', resolve);
        });
        ended = true;
        return {};
      });
      await offerCheck('sub_1', harness.now());
      await vi.waitFor(() => expect(runs).toBe(1), waiting);
      await queue.stop(1);
      expect(ended).toBe(true);
    });
  });
}
