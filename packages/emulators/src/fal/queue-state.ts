import type { Emulation } from './emulation.ts';
import type { QueuedRequest } from './store.ts';

export type Phase = 'queued' | 'running' | 'ended';

/** The moment at which a request leaves its slot; null is never, or not known while it waits. */
export function endOf(request: QueuedRequest): number | null {
  if (request.droppedAt !== null) {
    return request.droppedAt;
  }
  if (request.startedAt === null || request.outcome.kind === 'stuck') {
    return null;
  }
  return request.startedAt + request.renderSeconds * 1000;
}

/** A success needs its file besides its time. */
export function phaseAt(request: QueuedRequest, now: number, isRendered: boolean): Phase {
  const end = endOf(request);
  if (end !== null && now >= end) {
    const waitsForFile = request.outcome.kind === 'success' && request.droppedAt === null && !isRendered;
    return waitsForFile ? 'running' : 'ended';
  }
  return request.startedAt === null ? 'queued' : 'running';
}

/**
 * Starts what could have started by now, at the moment at which it could: the oldest first, as soon as it is ready and a
 * slot of its account is free. Nothing runs in between, so every call does this before it looks.
 */
export function advanceQueue({ store, settings, clock }: Emulation): void {
  const now = clock();
  for (const apiKey of store.accounts.keys()) {
    for (const request of store.requestsOf(apiKey)) {
      if (request.startedAt !== null || request.droppedAt !== null) {
        continue;
      }
      const at = startOf(request, store.requestsOf(apiKey), settings.max_concurrent);
      if (at === null || at > now) {
        // Later requests do not overtake this one.
        break;
      }
      const running = runningAt(store.requestsOf(apiKey), at).length + 1;
      store.commit([{ kind: 'request_started', id: request.id, at, running }]);
    }
  }
}

function startOf(request: QueuedRequest, siblings: readonly QueuedRequest[], slots: number): number | null {
  // Not before whoever came earlier: those may have started later than this one was ready.
  const earliest = Math.max(request.readyAt, ...siblings.map(({ startedAt }) => startedAt ?? 0));
  const busy = runningAt(siblings, earliest);
  if (busy.length < slots) {
    return earliest;
  }
  const ends = busy.map(endOf).map((end) => end ?? Infinity);
  const at = ends.sort((one, other) => one - other)[busy.length - slots] ?? Infinity;
  return at === Infinity ? null : at;
}

/** The requests that hold a slot at a moment. */
export function runningAt(requests: readonly QueuedRequest[], at: number): readonly QueuedRequest[] {
  return requests.filter((request) => {
    const end = endOf(request);
    return request.startedAt !== null && request.startedAt <= at && (end === null || end > at);
  });
}

/** Requests of the same account that are before it. */
export function positionOf({ store }: Emulation, request: QueuedRequest): number {
  const waiting = store
    .requestsOf(request.apiKey)
    .filter(({ startedAt, droppedAt }) => startedAt === null && droppedAt === null);
  return Math.max(
    0,
    waiting.findIndex(({ id }) => id === request.id),
  );
}

/** US cents that an account has left: videos that are there are charged, nothing else. */
export function creditsLeft({ store, videos, clock }: Emulation, apiKey: string): number {
  const now = clock();
  return (
    (store.accounts.get(apiKey)?.credits ?? 0) -
    store
      .requestsOf(apiKey)
      .filter((request) => isVideoAt(request, now, videos.isRendered(request.id)))
      .reduce((total, { credits }) => total + credits, 0)
  );
}

export function isVideoAt(request: QueuedRequest, now: number, isRendered: boolean): boolean {
  return (
    request.outcome.kind === 'success' &&
    request.droppedAt === null &&
    phaseAt(request, now, isRendered) === 'ended'
  );
}
