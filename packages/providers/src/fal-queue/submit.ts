import type { FalAddresses } from './addresses.ts';
import { FalUnreadableAnswerError } from './call-errors.ts';
import { callFal } from './call.ts';
import type { FalAccess } from './call.ts';
import { handleOfSubmit } from './handle.ts';
import type { FalHandle } from './handle.ts';
import { textOf } from './json.ts';

/** A submit only enters the queue; a minute is far beyond what that takes, and giving up early makes it unanswered. */
const submitTimeoutMs = 60_000;

/** Ids are UUIDs today. The id is stored with the attempt, so a reply with a far longer one counts as unusable. */
const maxRequestIdLength = 200;

export interface FalSubmit {
  /** `/{endpoint id}`, with `?fal_webhook=` when the end shall be reported. */
  readonly path: string;
  readonly body: string;
  readonly signal?: AbortSignal | undefined;
}

/** The path that a model is submitted to, relative to the queue. */
export function submitPath(endpointId: string, webhookUrl: string | null): string {
  return `/${endpointId}${webhookUrl === null ? '' : `?fal_webhook=${encodeURIComponent(webhookUrl)}`}`;
}

/**
 * Puts a request into the queue, once. An answer without a request id leaves open what was created.
 *
 * @throws FalCallError
 */
export async function submitRequest(
  access: FalAccess,
  addresses: FalAddresses,
  { path, body, signal }: FalSubmit,
): Promise<FalHandle> {
  const answer = await callFal(access, {
    method: 'POST',
    url: `${addresses.queue}${path}`,
    body,
    timeoutMs: submitTimeoutMs,
    signal,
  });
  const requestId = textOf(answer.body, 'request_id');
  if (requestId === null || requestId === '' || requestId.length > maxRequestIdLength) {
    throw new FalUnreadableAnswerError('The answer of the submit has no usable request_id.');
  }
  const endpointId = path.slice(1).split('?')[0] ?? '';
  return handleOfSubmit(addresses, endpointId, requestId, answer.body);
}
