import type { Event, EventGap, EventReset } from '@pixsim7/contracts';
import type { Logger, PublishedEvent } from '@pixsim7/core';
import type { FeedItem } from './follow-events.ts';

/** A client that lost the stream comes back after this time. */
const reconnectMs = 3_000;

interface Block {
  readonly id: number;
  readonly name: string;
  readonly data: Event | EventGap | EventReset;
}

/** The block that a client gets: the number that it sends back to resume, the name, and the data. */
function blockOf(item: Event | EventGap | EventReset): Block {
  switch (item.object) {
    case 'event':
      return { id: item.sequence, name: item.type, data: item };
    case 'event_gap':
      // The id before the next event, so a client that comes back is not told a second time.
      return { id: item.next - 1, name: 'event_gap', data: item };
    case 'event_reset':
      // The last event that there is, so a client that comes back goes on from there.
      return { id: item.latest, name: 'event_reset', data: item };
  }
}

/** One event in the format of server-sent events. @param named false: a browser gives it to `onmessage` */
function formatItem(item: Event | EventGap | EventReset, named: boolean): string {
  const { id, name, data } = blockOf(item);
  return `id: ${id}\n${named ? `event: ${name}\n` : ''}data: ${JSON.stringify(data)}\n\n`;
}

export interface StreamOptions {
  /** The event as this client may see it; null leaves it out, and it still counts as passed. */
  readonly shown: (published: PublishedEvent) => Event | null;
  /** Whether events have names. */
  readonly named: boolean;
  /** Aborted here when the client goes; aborted by others, it breaks the stream off. */
  readonly cancelled: AbortController;
  readonly logger: Logger;
}

/** Writes a feed as server-sent events. The feed is pulled: what the client does not take is not read either. */
export function eventStream(
  feed: AsyncGenerator<FeedItem, void>,
  { cancelled, logger, named, shown }: StreamOptions,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  // Two chunks, so the feed is opened with the stream and not first when the client has read the greeting.
  const strategy = { highWaterMark: 2 };
  return new ReadableStream(
    {
      start(controller) {
        controller.enqueue(encoder.encode(`retry: ${reconnectMs}\n\n`));
        cancelled.signal.addEventListener('abort', () => {
          controller.error(new Error('The client does not read its events.'));
          void feed.return();
        });
      },
      async pull(controller) {
        try {
          const item = await nextShown(feed, shown);
          if (cancelled.signal.aborted) {
            return;
          }
          if (item === null) {
            controller.close();
          } else if (item === 'heartbeat') {
            controller.enqueue(encoder.encode(': heartbeat\n\n'));
          } else {
            controller.enqueue(encoder.encode(formatItem(item, named)));
          }
        } catch (error) {
          // The client sees a broken stream and comes back; only the log can say why.
          logger.error({ error }, 'event stream broke off');
          throw error;
        }
      },
      cancel() {
        cancelled.abort();
      },
    },
    strategy,
  );
}

/** null at the end of the feed. */
async function nextShown(
  feed: AsyncGenerator<FeedItem, void>,
  shown: StreamOptions['shown'],
): Promise<Event | EventGap | EventReset | 'heartbeat' | null> {
  for (;;) {
    const next = await feed.next();
    if (next.done === true) {
      return null;
    }
    const item = next.value;
    if (item === 'heartbeat' || !('event' in item)) {
      return item;
    }
    const event = shown(item);
    if (event !== null) {
      return event;
    }
  }
}
