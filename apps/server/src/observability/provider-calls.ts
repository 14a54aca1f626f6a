import { Counter, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import { providerErrorClasses } from '@pixsim7/contracts';
import type { ProviderErrorClass } from '@pixsim7/contracts';
import { FetchFailedError, UnsafeUrlError } from '@pixsim7/core';
import type { Logger } from '@pixsim7/core';
import { ProviderCallError } from '@pixsim7/providers';
import { currentWork } from './correlation.ts';
import { markFailed, openSpan, SpanKind } from './tracing.ts';

/** A call to a provider. `download` fetches a finished video from the link that the provider gave. */
export const providerCallNames = [
  'upload',
  'submit',
  'check',
  'cancel',
  'balance',
  'choices',
  'download',
] as const;
export type ProviderCallName = (typeof providerCallNames)[number];

/** `unknown`: nobody can tell whether the provider took it. */
export type CallOutcome = 'ok' | 'failed' | 'unknown';

/** Classes of failures: those of the provider contract, and what can go wrong with a link. */
export type CallErrorClass = ProviderErrorClass | 'DownloadFailed' | 'Unexpected';

export const callErrorClasses: readonly CallErrorClass[] = [
  ...(Object.keys(providerErrorClasses) as ProviderErrorClass[]),
  'DownloadFailed',
  'Unexpected',
];

export interface ProviderCall {
  readonly name: ProviderCallName;
  readonly providerId: string;
  readonly accountId: string | null;
  /** The address of the provider's API; null if it is not known here. */
  readonly baseUrl: string | null;
}

/** The end of a call; `error` is set unless it is `ok`. */
export interface CallEnd {
  readonly outcome: CallOutcome;
  readonly error?: unknown;
}

/** A call that has begun. */
export interface BegunCall {
  within<Result>(work: () => Result): Result;
  /** Writes down how it ended; once. */
  end(end: CallEnd): void;
}

export interface ProviderCalls {
  /** Times a call, counts its failure, and gives it a span and a log line. */
  begin(call: ProviderCall): BegunCall;
  /** @param endOf reads the end from a result, for calls that report failures as values */
  observe<Result>(
    call: ProviderCall,
    work: () => Promise<Result>,
    endOf?: (result: Result) => CallEnd,
  ): Promise<Result>;
  countBytes(providerId: string, bytes: number): void;
}

export interface ProviderCallsParts {
  readonly registry: Registry;
  readonly logger: Logger;
  /** Milliseconds of a clock that never goes back. */
  readonly monotonicNow: () => number;
}

export function createProviderCalls({ registry, logger, monotonicNow }: ProviderCallsParts): ProviderCalls {
  const durations = new Histogram({
    name: 'pixsim7_provider_call_duration_seconds',
    help: 'Time that a call to a provider took; for a download, until the last byte.',
    labelNames: ['provider_id', 'call', 'outcome'] as const,
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900],
    registers: [registry],
  });
  const errors = new Counter({
    name: 'pixsim7_provider_call_errors_total',
    help: 'Calls to a provider that failed or went unanswered, by the class of the error.',
    labelNames: ['provider_id', 'call', 'class'] as const,
    registers: [registry],
  });
  const bytes = new Counter({
    name: 'pixsim7_ingest_bytes_total',
    help: 'Bytes of finished videos received from a provider, failed transfers included.',
    labelNames: ['provider_id'] as const,
    registers: [registry],
  });

  function record(call: ProviderCall, { outcome, error }: CallEnd, startedAt: number): void {
    const labels = { provider_id: call.providerId, call: call.name };
    const ms = Math.round(monotonicNow() - startedAt);
    durations.observe({ ...labels, outcome }, ms / 1_000);
    const fields = {
      provider_id: call.providerId,
      call: call.name,
      outcome,
      ms,
      ...(call.accountId === null ? {} : { account_id: call.accountId }),
    };
    if (outcome === 'ok') {
      logger.debug(fields, 'provider call');
      return;
    }
    const errorClass = classOf(error);
    errors.inc({ ...labels, class: errorClass });
    const providerCode = error instanceof ProviderCallError ? error.providerCode : null;
    logger.info({ ...fields, class: errorClass, provider_code: providerCode }, 'provider call');
  }

  function begin(call: ProviderCall): BegunCall {
    const startedAt = monotonicNow();
    const opened = openSpan(`${call.name} ${call.providerId}`, spanOptions(call));
    return {
      within: (work) => opened.within(work),
      end: (end) => {
        if (end.outcome !== 'ok') {
          markFailed(opened.span, classOf(end.error));
        }
        opened.within(() => record(call, end, startedAt));
        opened.end();
      },
    };
  }

  return {
    begin,
    async observe(call, work, endOf = () => ({ outcome: 'ok' })) {
      const begun = begin(call);
      try {
        const result = await begun.within(work);
        begun.end(endOf(result));
        return result;
      } catch (error) {
        begun.end({ outcome: 'failed', error });
        throw error;
      }
    },
    countBytes: (providerId, received) => bytes.inc({ provider_id: providerId }, received),
  };
}

/** Names from the semantic conventions of OpenTelemetry where they have one. */
function spanOptions({ name, providerId, accountId, baseUrl }: ProviderCall) {
  const url = baseUrl === null || !URL.canParse(baseUrl) ? null : new URL(baseUrl);
  return {
    kind: SpanKind.CLIENT,
    attributes: {
      'gen_ai.provider.name': providerId,
      'pixsim7.provider.call': name,
      ...(accountId === null ? {} : { 'pixsim7.account.id': accountId }),
      ...(url === null ? {} : { 'server.address': url.hostname }),
      ...(url === null || url.port === '' ? {} : { 'server.port': Number(url.port) }),
    },
  };
}

function classOf(error: unknown): CallErrorClass {
  if (error instanceof ProviderCallError) {
    return error.class;
  }
  return error instanceof FetchFailedError || error instanceof UnsafeUrlError
    ? 'DownloadFailed'
    : 'Unexpected';
}

/** The provider whose step is running; a download outside of steps belongs to no provider. */
export function providerOfWork(): string | null {
  const { provider_id, step } = currentWork();
  return step === undefined ? null : (provider_id ?? null);
}
