import type { EventGap, EventReset } from '@pixsim7/contracts';
import type { EventLog, PublishedEvent, System } from '@pixsim7/core';

/** Comments that keep proxies from closing a quiet stream; the usual idle limit is 30 to 60 s. */
export const heartbeatMs = 15_000;
/** A reader that took nothing for this many heartbeats is gone or stuck. */
const maxHeartbeatsUntaken = 4;
/** Heard and not yet taken. A reader that falls further behind reads from the outbox instead. */
const maxHeard = 1_000;
const pageSize = 200;

export interface FollowRequest {
  /** The last sequence number that the reader has. */
  readonly after: number;
  /** The last sequence number that there is when the reader comes. */
  readonly latest: number;
  /** Ends the feed. */
  readonly ending: AbortSignal;
  /** Called when the reader has taken nothing for a minute; the feed itself cannot end while it is not read. */
  readonly onStuck: () => void;
}

/** An event, a sign of life, or word that the reader has to read the present state again. */
export type FeedItem = PublishedEvent | EventGap | EventReset | 'heartbeat';

/**
 * Published events in order, without a gap and without a repetition: first what the outbox has, then what is published.
 * When events after the last one of the reader are no longer kept, it is told so before the next one; when its last one is
 * beyond the end, it is told to start over.
 *
 * The outbox is the truth, and what is heard only saves reading it: whenever a heard event does not follow the last
 * one that was given, the outbox is read. So nothing is lost between replay and live, when a slow reader falls behind,
 * or when another process publishes; and a reader costs a bounded amount of memory.
 */
export async function* followEvents(
  events: Pick<EventLog, 'after' | 'subscribe'>,
  system: Pick<System, 'every'>,
  { after, latest, ending, onStuck }: FollowRequest,
): AsyncGenerator<FeedItem, void> {
  const heard: PublishedEvent[] = [];
  let isBehind = true;
  let isHeartbeatDue = false;
  let isGiven = false;
  let heartbeatsUntaken = 0;
  let ring = (): void => undefined;

  const stopListening = events.subscribe((published) => {
    if (heard.length < maxHeard) {
      heard.push(published);
    } else {
      heard.length = 0;
      isBehind = true;
    }
    ring();
  });
  const stopHeartbeats = system.every(heartbeatMs, () => {
    isHeartbeatDue = true;
    heartbeatsUntaken = isGiven ? heartbeatsUntaken + 1 : 0;
    if (heartbeatsUntaken > maxHeartbeatsUntaken) {
      onStuck();
    }
    ring();
  });
  const end = (): void => ring();
  ending.addEventListener('abort', end);

  async function* give(item: FeedItem): AsyncGenerator<FeedItem, void> {
    isGiven = true;
    yield item;
    isGiven = false;
    heartbeatsUntaken = 0;
  }

  try {
    let last = Math.min(after, latest);
    if (after > latest) {
      yield* give(resetTo(after, latest));
    }
    while (!ending.aborted) {
      if (isBehind) {
        const page = await events.after(last, pageSize);
        isBehind = page.length === pageSize;
        for (const published of page) {
          const { sequence } = published.event;
          if (ending.aborted) {
            return;
          }
          if (sequence > last + 1) {
            yield* give(gapBetween(last, sequence));
          }
          last = sequence;
          yield* give(published);
        }
        continue;
      }
      const next = heard.shift();
      if (next !== undefined) {
        if (next.event.sequence === last + 1) {
          last = next.event.sequence;
          yield* give(next);
        } else if (next.event.sequence > last) {
          isBehind = true;
        }
      } else if (isHeartbeatDue) {
        isHeartbeatDue = false;
        // Events that another process published are seen at the latest now.
        isBehind = true;
        yield* give('heartbeat');
      } else {
        await new Promise<void>((resolve) => {
          ring = resolve;
        });
      }
    }
  } finally {
    stopListening();
    stopHeartbeats();
    ending.removeEventListener('abort', end);
  }
}

function gapBetween(after: number, next: number): EventGap {
  return {
    object: 'event_gap',
    after,
    next,
    detail: `Events between ${after} and ${next} are no longer kept. Reload what you show; the stream continues with event ${next}.`,
  };
}

function resetTo(after: number, latest: number): EventReset {
  return {
    object: 'event_reset',
    after,
    latest,
    detail: `There is no event ${after}: the last one is ${latest}, so the server has an older state than you. Start over and reload what you show; the stream continues after event ${latest}.`,
  };
}
