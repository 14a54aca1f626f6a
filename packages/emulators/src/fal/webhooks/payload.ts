import type { Emulation } from '../emulation.ts';
import { errorOf, resultOf } from '../request-state.ts';
import type { QueuedRequest } from '../store.ts';

/** The body of a webhook about a request that has ended. */
export function payloadOf(emulation: Emulation, request: QueuedRequest): object {
  const ids = { request_id: request.id, gateway_request_id: request.id };
  const { error } = errorOf(request);
  if (error !== undefined) {
    return { ...ids, status: 'ERROR', error, payload: null };
  }
  const { status, body } = resultOf(emulation, request);
  if (status !== 200) {
    return { ...ids, status: 'ERROR', error: `Invalid status code: ${status}`, payload: body };
  }
  return request.withoutPayload
    ? { ...ids, status: 'OK', payload: null, payload_error: 'Response payload is not JSON serializable' }
    : { ...ids, status: 'OK', payload: body };
}
