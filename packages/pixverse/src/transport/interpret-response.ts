import { parseEnvelope } from '../envelope.ts';
import type { Envelope } from '../envelope.ts';
import { codeLeavesOutcomeOpen, describeErrorCode, describeHttpStatus } from '../error-codes.ts';
import { PixVerseAPIError, PixVerseResponseError } from '../errors.ts';
import type { JsonValue } from '../lossless-json/index.ts';
import { MAX_REPLY_BYTES } from './read-body.ts';
import type { Redactor } from './redact.ts';

export interface ReceivedResponse {
  readonly httpStatus: number;
  /** `null` when it exceeds {@link MAX_REPLY_BYTES}. */
  readonly bodyText: string | null;
  readonly retryAfterMs: number | null;
}

export interface ResponseContext {
  readonly traceId: string;
  readonly redactor: Redactor;
  /** Combines what this answer says with what the call can have created at all. */
  readonly mayHaveBeenProcessed: (byThisAnswer: boolean) => boolean;
}

const LONGEST_EXCERPT = 500;

/**
 * Takes the reply out of an answer. The body is read before the HTTP status: PixVerse reports its refusals inside HTTP 200,
 * and at least one (image moderation) inside HTTP 500.
 *
 * @throws {PixVerseAPIError | PixVerseResponseError}
 */
export function interpretResponse<Reply>(
  response: ReceivedResponse,
  readReply: (reply: JsonValue | undefined) => Reply | undefined,
  context: ResponseContext,
): Reply {
  if (response.bodyText === null) {
    // This holds for every status: a response that was not read to its end cannot prove that nothing was created.
    throw unusable(`more than ${MAX_REPLY_BYTES} bytes`, response, context);
  }
  const envelope = parseEnvelope(response.bodyText);
  if (envelope !== undefined && envelope.code !== 0) {
    throw refusal(response, envelope, context);
  }
  if (response.httpStatus >= 400) {
    throw httpFailure(response, envelope, context);
  }
  if (response.httpStatus < 200 || response.httpStatus >= 300) {
    // Redirects are not followed: fetch would carry the API-KEY header to wherever they point.
    throw unusable('a redirect, which the client does not follow', response, context);
  }
  if (envelope === undefined) {
    throw unusable('no PixVerse envelope', response, context);
  }
  const reply = readReply(envelope.reply);
  if (reply === undefined) {
    throw unusable('a mandatory field is missing or not of its type', response, context);
  }
  return reply;
}

function refusal(response: ReceivedResponse, envelope: Envelope, context: ResponseContext): PixVerseAPIError {
  const described = describeErrorCode(envelope.code);
  // Gateways put numbers of their own into the envelope; the HTTP status then says more than the code.
  const { class: errorClass, retry } =
    described.class === 'unknown' && response.httpStatus >= 400
      ? describeHttpStatus(response.httpStatus)
      : described;
  return new PixVerseAPIError({
    traceId: context.traceId,
    mayHaveBeenProcessed: context.mayHaveBeenProcessed(codeLeavesOutcomeOpen(envelope.code)),
    errCode: envelope.code,
    class: errorClass,
    retry,
    httpStatus: response.httpStatus,
    providerMessage: excerpt(envelope.message, context),
    retryAfterMs: response.retryAfterMs,
  });
}

function httpFailure(
  response: ReceivedResponse,
  successEnvelope: Envelope | undefined,
  context: ResponseContext,
): PixVerseAPIError {
  const { httpStatus } = response;
  // 408 and 5xx may come from a gateway that lost the answer; an ErrCode of 0 even says that the work was accepted.
  const outcomeOpen = httpStatus >= 500 || httpStatus === 408 || successEnvelope !== undefined;
  return new PixVerseAPIError({
    traceId: context.traceId,
    mayHaveBeenProcessed: context.mayHaveBeenProcessed(outcomeOpen),
    errCode: null,
    ...describeHttpStatus(httpStatus),
    httpStatus,
    providerMessage: excerpt(successEnvelope?.message ?? null, context),
    retryAfterMs: response.retryAfterMs,
  });
}

function unusable(
  problem: string,
  response: ReceivedResponse,
  context: ResponseContext,
): PixVerseResponseError {
  return new PixVerseResponseError(problem, {
    traceId: context.traceId,
    mayHaveBeenProcessed: context.mayHaveBeenProcessed(true),
    httpStatus: response.httpStatus,
    bodyExcerpt: excerpt(response.bodyText ?? '', context),
  });
}

/** Redacts before it cuts: a cut through the key would leave half of it standing. */
function excerpt<Text extends string | null>(text: Text, context: ResponseContext): Text | string {
  return text === null ? text : context.redactor.text(text).slice(0, LONGEST_EXCERPT);
}
