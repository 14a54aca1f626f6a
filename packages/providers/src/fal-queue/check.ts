import type { ProviderOutput, VideoStatusResult } from '../contract/adapter.ts';
import { FalRefusalError, FalUnreadableAnswerError } from './call-errors.ts';
import { callFal } from './call.ts';
import type { FalAccess, FalAnswer } from './call.ts';
import { isDocumentedType, untypedEnd } from './error-types.ts';
import type { FalFailure } from './failure.ts';
import type { FalHandle } from './handle.ts';
import { textOf } from './json.ts';
import { endedError } from './translate-error.ts';

const readTimeoutMs = 30_000;

export interface FalCheck {
  readonly handle: FalHandle;
  /** The name that people know the provider by. */
  readonly provider: string;
  /** The outputs of a model; an empty list when the video is not in it. */
  readonly readOutputs: (output: Readonly<Record<string, unknown>>) => readonly ProviderOutput[];
  /** Whether we asked for the end of the request: then one that fal dropped is cancelled and not failed. */
  readonly cancelAsked: boolean;
  readonly signal?: AbortSignal | undefined;
}

const nothing = {
  progress: null,
  queuePosition: null,
  outputs: [],
  error: null,
  credits: null,
} as const satisfies Partial<VideoStatusResult>;

/** A request that never ran costs nothing. */
function dropped(rawStatus: string): VideoStatusResult {
  return { ...nothing, status: 'cancelled', rawStatus, credits: 0 };
}

/**
 * Reads how a request stands. The queue knows three statuses and none of them is a failure: `COMPLETED` alone is no
 * success, so the result is read as well.
 *
 * @throws FalCallError when it cannot be seen
 */
export async function checkRequest(access: FalAccess, check: FalCheck): Promise<VideoStatusResult> {
  const { handle, cancelAsked, signal } = check;
  let answer: FalAnswer;
  try {
    answer = await read(access, `${handle.statusUrl}?logs=0`, signal);
  } catch (error) {
    if (cancelAsked && isNotFound(error)) {
      return dropped('not_found');
    }
    throw error;
  }
  const status = textOf(answer.body, 'status');
  if (status === null) {
    throw new FalUnreadableAnswerError('The answer about a request has no status.');
  }
  switch (status) {
    case 'IN_QUEUE':
      return { ...nothing, status: 'pending', rawStatus: status, queuePosition: positionOf(answer.body) };
    case 'IN_PROGRESS':
      return { ...nothing, status: 'processing', rawStatus: status };
    case 'COMPLETED':
      return readEnd(access, check, failureOfStatus(answer));
    default:
      return { ...nothing, status: null, rawStatus: status };
  }
}

/** Read after completion only. A video is taken whatever the status said: it was paid for. */
async function readEnd(
  access: FalAccess,
  check: FalCheck,
  told: FalFailure | null,
): Promise<VideoStatusResult> {
  // A type of the queue's own says all there is: the model had no part in it, and left no result.
  if (told !== null && !check.cancelAsked && told.types.some(isDocumentedType)) {
    return failed(told, check.provider);
  }
  try {
    const { body } = await read(access, check.handle.responseUrl, check.signal);
    const outputs = check.readOutputs(body);
    if (outputs.length > 0) {
      return { ...nothing, status: 'completed', rawStatus: 'COMPLETED', outputs };
    }
    // The status can come before the output: without it the video is not there yet.
    if (told === null) {
      return { ...nothing, status: 'processing', rawStatus: 'COMPLETED:no-output' };
    }
  } catch (error) {
    if (!(error instanceof FalRefusalError)) {
      throw error;
    }
    const { failure } = error;
    if (isStillRunning(failure)) {
      return { ...nothing, status: 'processing', rawStatus: 'COMPLETED:in-progress' };
    }
    if (isFinal(failure)) {
      return failed(failure, check.provider);
    }
    if (check.cancelAsked && failure.httpStatus === 404) {
      return dropped('COMPLETED:not_found');
    }
    if (told === null) {
      throw error;
    }
  }
  return check.cancelAsked ? dropped('COMPLETED:error') : failed(told, check.provider);
}

function failed(failure: FalFailure, provider: string): VideoStatusResult {
  const error = endedError(failure, provider);
  return {
    ...nothing,
    status: error.class === 'ContentFilteredError' ? 'filtered' : 'failed',
    rawStatus: `COMPLETED:${failure.types[0] ?? failure.httpStatus}`,
    error,
  };
}

/** `COMPLETED` with `error` and `error_type`: the failure of a request that left no result. */
function failureOfStatus({ httpStatus, body }: FalAnswer): FalFailure | null {
  const text = textOf(body, 'error');
  const type = textOf(body, 'error_type');
  if (text === null && type === null) {
    return null;
  }
  return {
    httpStatus,
    types: [type ?? untypedEnd],
    text: text ?? '',
    isOfModel: false,
    isRetryable: null,
    retryAfterSeconds: null,
  };
}

const finalStatuses: readonly number[] = [400, 413, 415, 422];

/**
 * Whether this is the stored answer of the model. A plain 5xx can as well come from something in between, and to take it
 * for the end could lose a video that was paid for.
 */
function isFinal({ httpStatus, isOfModel }: FalFailure): boolean {
  return isOfModel || finalStatuses.includes(httpStatus);
}

/** "Request is still in progress", and other words for it that were met under several 4xx. */
function isStillRunning({ httpStatus, isOfModel, text }: FalFailure): boolean {
  return (
    httpStatus >= 400 &&
    httpStatus < 500 &&
    !isOfModel &&
    /in progress|in queue|not (?:yet )?(?:completed|finished|ready)/iu.test(text)
  );
}

function isNotFound(error: unknown): boolean {
  return error instanceof FalRefusalError && error.failure.httpStatus === 404;
}

function positionOf(body: Readonly<Record<string, unknown>>): number | null {
  const position = body['queue_position'];
  return typeof position === 'number' && Number.isInteger(position) && position >= 0 ? position : null;
}

function read(access: FalAccess, url: string, signal: AbortSignal | undefined): Promise<FalAnswer> {
  return callFal(access, { method: 'GET', url, timeoutMs: readTimeoutMs, signal });
}
