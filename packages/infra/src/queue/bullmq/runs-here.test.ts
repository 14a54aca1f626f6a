import { array, asyncProperty, assert, constantFrom, nat, oneof, record } from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StaleRowError } from '@pixsim7/core';
import type { StepHandler } from '@pixsim7/core';
import { createScheduler } from '../scheduler.ts';
import { createRecordingLogger } from '../testing/recording-logger.ts';
import { watchRuns } from '../testing/run-watch.ts';
import { RunsHere } from './runs-here.ts';
import type { Carrier } from './runs-here.ts';

const start = 1_790_000_000_000;

interface Gate {
  readonly passed: Promise<void>;
  open(): void;
}

function createGate(): Gate {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open };
}

/** A carrier that only remembers, with what the key has failed before. */
function createCarrier() {
  const offers: [string, number][] = [];
  const notes: [string, number][] = [];
  const failures = new Map<string, number>();
  const allowed: number[] = [];
  let telling: Promise<void> = Promise.resolve();
  const carrier: Carrier = {
    offer: async (id, runAt) => {
      offers.push([id, runAt - start]);
      await telling;
    },
    note: async (id, runAt) => {
      notes.push([id, runAt - start]);
      await telling;
    },
    allow: (keys) => allowed.push(keys),
    take: async (id) => failures.get(id) ?? 0,
    countFailure: async (id) => {
      failures.set(id, (failures.get(id) ?? 0) + 1);
      return failures.get(id) ?? 0;
    },
    forgetFailures: async (id) => {
      failures.delete(id);
    },
  };
  return {
    carrier,
    offers,
    notes,
    failures,
    allowed,
    answerAfter: (until: Promise<void>) => {
      telling = until;
    },
  };
}

let world: ReturnType<typeof createCarrier>;
let logger: ReturnType<typeof createRecordingLogger>;

beforeEach(() => {
  vi.useFakeTimers({ now: start });
  world = createCarrier();
  logger = createRecordingLogger();
});

afterEach(() => {
  vi.useRealTimers();
});

function open(handler: StepHandler, { places = 4, keepable = 3 } = {}): RunsHere {
  const here = new RunsHere({
    step: 'check',
    places,
    keepable: () => keepable,
    retryDelays: { firstMs: 1_000, longestMs: 4_000 },
    random: () => 1,
    scheduler: createScheduler({ now: () => Date.now(), wallTime: () => Date.now() }),
    logger,
    carrier: world.carrier,
  });
  here.start(handler);
  return here;
}

const soon = (): Promise<unknown> => vi.advanceTimersByTimeAsync(50);

describe('a key that is offered here', () => {
  it('runs here when it is due, and nobody is told', async () => {
    const watch = watchRuns();
    const here = open(watch.handler);
    expect([here.keep('a', start), here.holds('a')]).toEqual([true, true]);
    await soon();
    expect([[...watch.runs], here.holds('a'), world.offers]).toEqual([[['a', 1]], false, []]);
  });

  it('waits here for a few milliseconds, and is handed over when it is due later', async () => {
    const ranAt: number[] = [];
    const here = open(async () => {
      ranAt.push(Date.now() - start);
      return {};
    });
    expect([here.keep('a', start + 15), here.keep('b', start + 500)]).toEqual([true, false]);
    await soon();
    expect(ranAt).toEqual([15]);
  });

  it('is handed over by a process without workers', () => {
    const here = open(async () => ({}));
    here.halt();
    expect(here.keep('a', start)).toBe(false);
  });

  it('is handed over when as many are kept as may be', async () => {
    const gate = createGate();
    const here = open(async () => {
      await gate.passed;
      return {};
    });
    expect(['a', 'b', 'c', 'd'].map((id) => here.keep(id, start))).toEqual([true, true, true, false]);
    await soon();
    expect(here.keep('d', start)).toBe(false);
    gate.open();
    await soon();
    expect(here.keep('d', start)).toBe(true);
  });

  it('runs once more when it is offered while it runs, never twice at a time', async () => {
    const gate = createGate();
    const watch = watchRuns(async () => {
      await gate.passed;
      return {};
    });
    const here = open(watch.handler);
    here.keep('a', start);
    await soon();
    expect([here.keep('a', start), here.keep('a', start + 10_000)]).toEqual([true, true]);
    gate.open();
    await soon();
    expect([watch.runs.get('a'), watch.maxAtATime(), world.offers]).toEqual([2, 1, []]);
  });

  it('goes on here when it asks for it now, and goes to the carrier when it asks for later', async () => {
    let runs = 0;
    const here = open(async () => {
      runs += 1;
      return { again: runs < 3 ? Date.now() : start + 60_000 };
    });
    here.keep('a', start);
    await soon();
    expect([runs, world.offers]).toEqual([3, [['a', 60_000]]]);
  });

  it('goes to the carrier for its pause when it fails, which grows with what others have seen', async () => {
    world.failures.set('a', 1);
    const here = open(async () => {
      throw new Error('the disk is full');
    });
    here.keep('a', start);
    await soon();
    expect(logger.failures.map(({ fields }) => fields['retry_in_ms'])).toEqual([2_000]);
    expect(world.offers[0]?.[0]).toBe('a');
    expect(world.offers[0]?.[1]).toBeGreaterThanOrEqual(2_000);
  });

  it('runs a lost race again at once', async () => {
    let runs = 0;
    const here = open(async () => {
      runs += 1;
      if (runs < 3) {
        throw new StaleRowError('changed');
      }
      return {};
    });
    here.keep('a', start);
    await soon();
    expect([runs, logger.failures]).toEqual([3, []]);
  });

  it('ends although somebody offers it all the time while the carrier is told', async () => {
    const told = createGate();
    world.answerAfter(told.passed);
    const here = open(async () => ({ again: start + 60_000 }));
    here.keep('a', start);
    await soon();
    here.keep('a', start + 50_000);
    told.open();
    await soon();
    expect([here.holds('a'), world.offers]).toEqual([
      false,
      [
        ['a', 60_000],
        ['a', 50_000],
      ],
    ]);
  });
});

describe('a key that the carrier handed out', () => {
  it('shares the places, and nothing stays here while it waits for one', async () => {
    const gate = createGate();
    const watch = watchRuns(async () => {
      await gate.passed;
      return {};
    });
    const here = open(watch.handler, { places: 2, keepable: 2 });
    here.keep('own 1', start);
    here.keep('own 2', start);
    await soon();
    const carried = here.runCarried('carried');
    expect([here.held, here.unknownRuns, here.keep('own 3', start)]).toEqual([2, 1, false]);
    gate.open();
    await soon();
    await carried;
    expect([...watch.runs.keys()]).toEqual(['own 1', 'own 2', 'carried']);
  });

  it('is handed out as long as there are places', async () => {
    const here = open(async () => ({}));
    here.keep('a', start);
    here.keep('b', start);
    await soon();
    expect(world.allowed).toEqual([3, 2, 3, 4]);
  });

  it('waits for the end of a run of its own here', async () => {
    const gate = createGate();
    const watch = watchRuns(async () => {
      await gate.passed;
      return {};
    });
    const here = open(watch.handler);
    here.keep('a', start);
    await soon();
    const carried = here.runCarried('a');
    await soon();
    expect(watch.runs.get('a')).toBe(1);
    gate.open();
    await carried;
    expect([watch.runs.get('a'), watch.maxAtATime()]).toEqual([2, 1]);
  });

  it('leaves a note for later, and stays for now', async () => {
    const times = [start + 60_000, start];
    const watch = watchRuns(async (id) => {
      const again = id === 'a' ? times.pop() : undefined;
      return again === undefined ? {} : { again };
    });
    const here = open(watch.handler);
    await here.runCarried('a');
    expect([world.notes, here.holds('a')]).toEqual([[], true]);
    await soon();
    expect([watch.runs.get('a'), world.offers]).toEqual([2, [['a', 60_000]]]);
    times.push(start + 70_000);
    await here.runCarried('a');
    expect(world.notes).toEqual([['a', 70_000]]);
  });

  it('has its failures forgotten after a success', async () => {
    world.failures.set('a', 3);
    await open(async () => ({})).runCarried('a');
    expect(world.failures.size).toBe(0);
  });
});

describe('a halt', () => {
  it('gives back what has not begun, and lets go of what waits for a place', async () => {
    const gate = createGate();
    const watch = watchRuns(async () => {
      await gate.passed;
      return { again: start };
    });
    const here = open(watch.handler, { places: 1, keepable: 1 });
    here.keep('runs', start);
    await soon();
    const waiting = here.runCarried('carried');
    const other = open(watch.handler);
    other.keep('kept', start + 10);
    expect(other.halt()).toMatchObject([{ id: 'kept', runAt: start + 10 }]);
    expect(here.halt()).toEqual([]);
    await waiting;
    gate.open();
    await here.allEnded();
    // The run that it asks for is for others.
    expect([[...watch.runs.keys()], world.offers]).toEqual([['runs'], [['runs', 0]]]);
  });

  it('aborts what runs when it is told to', async () => {
    let aborted = false;
    const here = open(async (_id, signal) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      aborted = true;
      return {};
    });
    here.keep('a', start);
    await soon();
    here.halt();
    here.abortRuns();
    await here.allEnded();
    expect(aborted).toBe(true);
  });
});

it('runs every key after its last offer or hands it over, one run of a key and so many keys at a time', async () => {
  const event = oneof(
    record({
      kind: constantFrom('offer' as const, 'carried' as const),
      id: constantFrom('a', 'b', 'c', 'd', 'e'),
    }),
    record({ kind: constantFrom('wait' as const), id: nat(30).map(String) }),
  );
  await assert(
    asyncProperty(array(event, { minLength: 20, maxLength: 60 }), async (events) => {
      world = createCarrier();
      const atATime = { now: 0, most: 0 };
      const begun = new Map<string, number>();
      let clock = 0;
      const watch = watchRuns(async (id) => {
        begun.set(id, (clock += 1));
        atATime.now += 1;
        atATime.most = Math.max(atATime.most, atATime.now);
        await new Promise((resolve) => setTimeout(resolve, 7));
        atATime.now -= 1;
        return {};
      });
      const here = open(watch.handler, { places: 3, keepable: 2 });
      const offered = new Map<string, number>();
      const carried: Promise<void>[] = [];
      for (const { kind, id } of events) {
        if (kind === 'wait') {
          await vi.advanceTimersByTimeAsync(Number(id));
        } else if (kind === 'carried') {
          offered.set(id, (clock += 1));
          carried.push(here.runCarried(id));
        } else if (here.keep(id, Date.now())) {
          offered.set(id, (clock += 1));
        }
      }
      await vi.advanceTimersByTimeAsync(1_000);
      await Promise.all(carried);
      expect([watch.maxAtATime() <= 1, atATime.most <= 3, here.held]).toEqual([true, true, 0]);
      for (const [id, at] of offered) {
        const handedOver = [...world.offers, ...world.notes].some(([key]) => key === id);
        expect(handedOver || (begun.get(id) ?? 0) > at).toBe(true);
      }
    }),
  );
});
