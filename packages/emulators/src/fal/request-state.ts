import { createStrangePolls } from '../triggers/strange-polls.ts';
import type { Emulation } from './emulation.ts';
import { application } from './endpoints.ts';
import { phaseAt, positionOf } from './queue-state.ts';
import { queueRefusal, replyOfType, unknownRequest, FalRefusal } from './replies.ts';
import type { Reply } from './replies.ts';
import { outputOf } from './result-files.ts';
import type { QueuedRequest } from './store.ts';

/** The sub-path of the endpoint is dropped, as fal does. */
export function addressesOf(emulation: Emulation, id: string): Readonly<Record<string, string>> {
  const response = `${emulation.url()}/${application}/requests/${id}`;
  return { response_url: response, status_url: `${response}/status`, cancel_url: `${response}/cancel` };
}

/** Another account's request counts as unknown. Throws `FalRefusal`. */
export function requestOf({ store, settings }: Emulation, apiKey: string, id: string): QueuedRequest {
  const request = store.requests.get(id);
  if (
    request === undefined ||
    request.apiKey !== apiKey ||
    (request.droppedAt !== null && settings.forget_dropped)
  ) {
    throw new FalRefusal(unknownRequest);
  }
  return request;
}

/** GET of the status: 202 on the way, 200 at the end. */
export function createStatusReader(emulation: Emulation): (request: QueuedRequest, logs: boolean) => Reply {
  const isShownStrange = createStrangePolls();

  return (request, logs) => {
    const phase = phaseAt(request, emulation.clock(), emulation.videos.isRendered(request.id));
    const shared = { request_id: request.id, ...addressesOf(emulation, request.id) };
    if (request.strangeStatus !== null && isShownStrange(request.id, phase === 'ended')) {
      return { status: 202, body: { status: request.strangeStatus, ...shared } };
    }
    switch (phase) {
      case 'queued':
        return {
          status: 202,
          body: { status: 'IN_QUEUE', queue_position: positionOf(emulation, request), ...shared },
        };
      case 'running':
        return {
          status: 202,
          body: { status: 'IN_PROGRESS', logs: logs ? logsOf(request) : null, ...shared },
        };
      case 'ended':
        return {
          status: 200,
          body: {
            status: 'COMPLETED',
            logs: logs ? logsOf(request) : null,
            metrics: { inference_time: request.renderSeconds },
            ...shared,
            ...errorOf(request),
          },
        };
    }
  };
}

function logsOf({ startedAt, prompt }: QueuedRequest): readonly object[] {
  const timestamp = new Date(startedAt ?? 0).toISOString();
  return [{ message: `Working on ${prompt}`, level: 'INFO', source: 'USER', timestamp }];
}

/** A status tells only of failures that no model answered. */
export function errorOf(request: QueuedRequest): { readonly error?: string; readonly error_type?: string } {
  if (request.droppedAt !== null) {
    return { error: 'Request was cancelled' };
  }
  const { outcome } = request;
  if (outcome.kind !== 'error') {
    return {};
  }
  return { error: outcome.message, ...(outcome.type === null ? {} : { error_type: outcome.type }) };
}

/** GET of the result. */
export function resultOf(emulation: Emulation, request: QueuedRequest): Reply {
  if (phaseAt(request, emulation.clock(), emulation.videos.isRendered(request.id)) !== 'ended') {
    return queueRefusal(400, 'Request is still in progress');
  }
  if (request.droppedAt !== null) {
    return queueRefusal(404, 'Request was cancelled');
  }
  const { outcome } = request;
  switch (outcome.kind) {
    case 'success':
      return { status: 200, body: outputOf(emulation, request.id) };
    case 'answer':
      return outcome.reply;
    case 'error':
      return outcome.type === null ? queueRefusal(500, outcome.message) : replyOfType(500, outcome.type);
    case 'stuck':
      throw new Error('What never ends has no result.');
  }
}

/** PUT of the cancellation. */
export function cancel(emulation: Emulation, request: QueuedRequest): Reply {
  const { store, settings, clock, videos } = emulation;
  const now = clock();
  switch (phaseAt(request, now, videos.isRendered(request.id))) {
    case 'ended':
      return { status: 400, body: { status: 'ALREADY_COMPLETED' } };
    case 'queued':
      store.commit([{ kind: 'request_dropped', id: request.id, at: now }]);
      return { status: 200, body: { status: 'OK' } };
    case 'running':
      if (settings.obey_cancel) {
        store.commit([{ kind: 'request_dropped', id: request.id, at: now }]);
      }
      return { status: 202, body: { status: 'CANCELLATION_REQUESTED' } };
  }
}
