import * as fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Event, EventGap, EventReset, EventId, WorkspaceId } from '@pixsim7/contracts';
import type { PublishedEvent } from '@pixsim7/core';
import { createManualSystem } from '../__tests__/manual-system.ts';
import type { ManualSystem } from '../__tests__/manual-system.ts';
import { followEvents, heartbeatMs } from './follow-events.ts';
import type { FeedItem } from './follow-events.ts';

const workspaceId = 'wsp_0000000000000000000000000a' as WorkspaceId;

/** An outbox that publishes what a test says, to the listeners or behind their back. */
class FakeLog {
  readonly #published: PublishedEvent[] = [];
  readonly listeners = new Set<(published: PublishedEvent) => void>();
  reads = 0;
  /** The oldest one that is kept. */
  oldest = 1;

  publish(count = 1, isHeard = true): void {
    for (let index = 0; index < count; index += 1) {
      const published = { workspaceId, event: eventOf(this.#published.length + 1) };
      this.#published.push(published);
      if (isHeard) {
        for (const listener of this.listeners) {
          listener(published);
        }
      }
    }
  }

  subscribe(listener: (published: PublishedEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async after(sequence: number, limit = 500): Promise<PublishedEvent[]> {
    this.reads += 1;
    const from = Math.max(sequence, this.oldest - 1);
    return this.#published.slice(from, from + limit);
  }
}

function eventOf(sequence: number): Event {
  return {
    id: `evt_${sequence}` as EventId,
    object: 'event',
    type: 'asset.deleted',
    sequence,
    created_at: '2026-01-01T00:00:00.000Z',
    data: {},
  } as unknown as Event;
}

let log: FakeLog;
let system: ManualSystem;
let ending: AbortController;
let stuck: number;

beforeEach(() => {
  log = new FakeLog();
  system = createManualSystem();
  ending = new AbortController();
  stuck = 0;
});

const follow = (after: number, latest = Infinity): AsyncGenerator<FeedItem, void> =>
  followEvents(log, system, {
    after,
    latest,
    ending: ending.signal,
    onStuck: () => {
      stuck += 1;
    },
  });

/** The sequence numbers of the next items. */
type Taken = number | 'heartbeat' | EventGap | EventReset;

async function take(feed: AsyncGenerator<FeedItem, void>, count: number): Promise<Taken[]> {
  const taken: Taken[] = [];
  while (taken.length < count) {
    const { value, done } = await feed.next();
    if (done === true || value === undefined) {
      break;
    }
    taken.push(value === 'heartbeat' ? value : 'event' in value ? value.event.sequence : value);
  }
  return taken;
}

const range = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

describe('followEvents', () => {
  it('replays what the outbox has, over many pages, then gives what is published', async () => {
    log.publish(450);
    const feed = follow(3);
    expect(await take(feed, 447)).toEqual(range(4, 450));
    log.publish(2);
    expect(await take(feed, 2)).toEqual([451, 452]);
    const { reads } = log;
    log.publish(3);
    expect(await take(feed, 3)).toEqual([453, 454, 455]);
    // Events that are heard in order are not read again.
    expect(log.reads).toBe(reads);
  });

  it('tells a reader that is ahead of the end to start over, and goes on from there', async () => {
    log.publish(2);
    const feed = follow(9, 2);
    expect(await take(feed, 1)).toEqual([
      { object: 'event_reset', after: 9, latest: 2, detail: expect.stringContaining('Start over') },
    ]);
    log.publish(2);
    expect(await take(feed, 2)).toEqual([3, 4]);
  });

  it('tells a reader of what is no longer kept, once, and goes on', async () => {
    log.publish(450);
    log.oldest = 201;
    const feed = follow(3);
    const [gap, ...events] = await take(feed, 251);
    expect(gap).toEqual({
      object: 'event_gap',
      after: 3,
      next: 201,
      detail:
        'Events between 3 and 201 are no longer kept. Reload what you show; the stream continues with event 201.',
    });
    expect(events).toEqual(range(201, 450));
    // A reader that has the event before the oldest has missed nothing.
    expect(await take(follow(200), 2)).toEqual([201, 202]);
  });

  it('never loses or repeats an event, however publishing and reading are mixed', async () => {
    const action = fc.oneof(
      fc.record({
        kind: fc.constant('publish' as const),
        count: fc.integer({ min: 1, max: 300 }),
        heard: fc.boolean(),
      }),
      fc.record({ kind: fc.constant('take' as const), count: fc.integer({ min: 1, max: 300 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 12 }), fc.nat(50), async (actions, before) => {
        log = new FakeLog();
        log.publish(before);
        const feed = follow(0);
        let published = before;
        let known = before;
        const taken: Taken[] = [];
        for (const step of actions) {
          if (step.kind === 'publish') {
            log.publish(step.count, step.heard);
            published += step.count;
            if (step.heard) {
              known = published;
            }
          } else {
            // More than the reader can know of would wait forever.
            taken.push(...(await take(feed, Math.min(step.count, known - taken.length))));
          }
        }
        // The last one is heard, so the reader learns of whatever was published behind its back.
        log.publish();
        taken.push(...(await take(feed, published + 1 - taken.length)));
        expect(taken).toEqual(range(1, published + 1));
        await feed.return();
      }),
      { numRuns: 50 },
    );
  });

  it('reads from the outbox when it fell too far behind, without holding what it missed', async () => {
    log.publish();
    const feed = follow(0);
    expect(await take(feed, 1)).toEqual([1]);
    log.publish(5_000);
    expect(await take(feed, 5_000)).toEqual(range(2, 5_001));
  });

  it('gives a sign of life when nothing happens, and then sees what other processes published', async () => {
    const feed = follow(0);
    const first = feed.next();
    await Promise.resolve();
    log.publish(2, false);
    // It is still waiting: nobody told it.
    system.advance(heartbeatMs);
    const next = [(await first).value, ...(await take(feed, 2))];
    expect(
      next.map((item) => (typeof item === 'object' && 'sequence' in item ? item.sequence : item)),
    ).toEqual(expect.arrayContaining([1, 2]));
  });

  it('sends a heartbeat every 15 s', async () => {
    const feed = follow(0);
    for (let count = 0; count < 3; count += 1) {
      const next = feed.next();
      await settle();
      system.advance(heartbeatMs);
      expect((await next).value).toBe('heartbeat');
    }
    expect(stuck).toBe(0);
  });

  it('says when its reader takes nothing for a minute', async () => {
    log.publish(2);
    const feed = follow(0);
    await take(feed, 1);
    system.advance(4 * heartbeatMs);
    expect(stuck).toBe(0);
    system.advance(heartbeatMs);
    expect(stuck).toBe(1);
  });

  it('ends while it waits, and lets go of everything', async () => {
    const feed = follow(0);
    const next = feed.next();
    await settle();
    expect([log.listeners.size, system.timers]).toEqual([1, 1]);
    ending.abort();
    expect((await next).done).toBe(true);
    expect([log.listeners.size, system.timers]).toEqual([0, 0]);
  });

  it('lets go of everything when its reader leaves', async () => {
    log.publish(3);
    const feed = follow(0);
    await take(feed, 1);
    await feed.return();
    expect([log.listeners.size, system.timers]).toEqual([0, 0]);
  });
});

/** Lets every promise that can go on do so. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
