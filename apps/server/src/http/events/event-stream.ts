import type { Event, EventGap, EventReset } from '@pixsim7/contracts';
import type { Logger, PublishedEvent } from '@pixsim7/core';
import type { FeedItem } from './follow-events.ts';

/** A client that lost the stream comes back after this time. */
const reconnectMs = 3_000;

/** One event in the format of server-sent events; its id is the sequence, which a client sends back to go on. */
export function formatEvent(event: Event): string {
  return `id: ${event.sequence}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

/** With the id before the next event, so that a client that comes back is not told a second time. */
export function formatGap(gap: EventGap): string {
  return `id: ${gap.next - 1}\nevent: event_gap\ndata: ${JSON.stringify(gap)}\n\n`;
}

/** With the id of the last event that there is, so that a client that comes back goes on from there. */
function formatReset(reset: EventReset): string {
  return `id: ${reset.latest}\nevent: event_reset\ndata: ${JSON.stringify(reset)}\n\n`;
}

function format(item: FeedItem): string {
  if (item === 'heartbeat') {
    return ': heartbeat\n\n';
  }
  if ('event' in item) {
    return formatEvent(item.event);
  }
  return item.object === 'event_gap' ? formatGap(item) : formatReset(item);
}

/**
 * Writes a feed as server-sent events. The feed is pulled: what the client does not take is not read either.
 *
 * @param wanted events that are left out still count as passed
 * @param cancelled aborted here when the client goes; aborted by others, it breaks the stream off
 */
export function eventStream(
  feed: AsyncGenerator<FeedItem, void>,
  wanted: (published: PublishedEvent) => boolean,
  cancelled: AbortController,
  logger: Logger,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  // Two chunks, so that the feed is opened with the stream and not first when the client has read the greeting.
  const strategy = { highWaterMark: 2 };
  return new ReadableStream(
    {
      start(controller) {
        controller.enqueue(encoder.encode(`retry: ${reconnectMs}\n\n`));
        cancelled.signal.addEventListener('abort', () => {
          controller.error(new Error('The client does not take its events.'));
          void feed.return();
        });
      },
      async pull(controller) {
        try {
          const item = await nextWanted(feed, wanted);
          if (cancelled.signal.aborted) {
            return;
          }
          if (item === null) {
            controller.close();
          } else {
            controller.enqueue(encoder.encode(format(item)));
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
async function nextWanted(
  feed: AsyncGenerator<FeedItem, void>,
  wanted: (published: PublishedEvent) => boolean,
): Promise<FeedItem | null> {
  for (;;) {
    const next = await feed.next();
    if (next.done === true) {
      return null;
    }
    const item = next.value;
    if (item === 'heartbeat' || !('event' in item) || wanted(item)) {
      return item;
    }
  }
}
