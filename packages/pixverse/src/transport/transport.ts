import { PixVerseError } from '../errors.ts';
import type { Call, CallKind, RequestOptions, Transport } from './call.ts';
import { createRedactor } from './redact.ts';
import { performRequest } from './request.ts';
import { retryDelayMs } from './retry-policy.ts';
import { checkSettings, checkTimeout, checkTraceId } from './settings.ts';
import type { TransportSettings } from './settings.ts';

/** PixVerse documents no time limit; its own client waits 30 s, integrators give uploads 60 s. */
export const DEFAULT_TIMEOUT_MS: Readonly<Record<CallKind, number>> = {
  submit: 30_000,
  upload: 60_000,
  read: 30_000,
};

/**
 * Sends calls, repeating free ones a bounded number of times. A closure and not a class, so printing or serialising a
 * client cannot reach the key.
 *
 * @throws {PixVerseInputError} when a setting is not usable
 */
export function createTransport(settings: TransportSettings): Transport {
  checkSettings(settings);
  const redactor = createRedactor(settings.apiKey);

  async function send<Reply>(call: Call<Reply>, options: RequestOptions): Promise<Reply> {
    checkTimeout(options.timeoutMs);
    const timeoutMs = options.timeoutMs ?? settings.timeoutMs ?? DEFAULT_TIMEOUT_MS[call.kind];
    const retriesAllowed = call.kind === 'submit' ? 0 : settings.maxRetries;
    let traceId = options.traceId ?? settings.createTraceId();
    let outcomeAlreadyOpen = false;
    for (let retriesMade = 0; ; retriesMade += 1) {
      checkTraceId(traceId);
      try {
        return await performRequest(
          { call, traceId, timeoutMs, signal: options.signal, outcomeAlreadyOpen },
          settings,
          redactor,
        );
      } catch (error) {
        if (!(error instanceof PixVerseError) || retriesMade >= retriesAllowed) {
          throw error;
        }
        const delayMs = retryDelayMs(error, retriesMade, settings.random());
        if (delayMs === undefined) {
          throw error;
        }
        outcomeAlreadyOpen = error.mayHaveBeenProcessed;
        await settings.sleep(delayMs, options.signal);
      }
      // Never the same id twice: under a repeated one PixVerse may replay the answer it gave before.
      traceId = settings.createTraceId();
    }
  }

  return { send };
}
