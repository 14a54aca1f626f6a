import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Attributes, Span, SpanOptions } from '@opentelemetry/api';
import { version } from '../runtime/version.ts';
import { currentWork } from './correlation.ts';

/** Spans go to whatever SDK was registered in the process (see docs/guides/production.md); without one they cost nothing. */
function tracer() {
  return trace.getTracer('pixsim7', version);
}

/** A span that somebody else ends. */
export interface OpenedSpan {
  readonly span: Span;
  /** Spans that the work begins are children of this one. */
  within<Result>(work: () => Result): Result;
  end(): void;
}

export function openSpan(name: string, options: SpanOptions): OpenedSpan {
  const span = tracer().startSpan(name, options);
  const inside = trace.setSpan(context.active(), span);
  return {
    span,
    within: (work) => context.with(inside, work),
    end: () => {
      span.setAttributes(subjectAttributes());
      span.end();
    },
  };
}

/** Runs work inside a span. A failure ends the span with its code, never with its words. */
export async function inSpan<Result>(
  name: string,
  options: SpanOptions,
  work: (span: Span) => Promise<Result>,
): Promise<Result> {
  const opened = openSpan(name, options);
  try {
    return await opened.within(() => work(opened.span));
  } catch (error) {
    markFailed(opened.span, codeOf(error));
    throw error;
  } finally {
    opened.end();
  }
}

/** Continues the trace of the caller when the request names one (W3C `traceparent`). */
export function continueTrace<Result>(headers: Record<string, string>, work: () => Result): Result {
  return context.with(propagation.extract(context.active(), headers), work);
}

export function markFailed(span: Span, errorType: string): void {
  span.setAttribute('error.type', errorType);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

/** The stable code of an error, else the name of its class. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) {
    return 'unexpected';
  }
  const code: unknown = Reflect.get(error, 'code');
  return typeof code === 'string' ? code : error.name;
}

/** Our ids have no names in the semantic conventions, so they have a prefix of their own. */
function subjectAttributes(): Attributes {
  const { account_id, job_id, provider_id, request_id, submission_id } = currentWork();
  const attributes = {
    'pixsim7.account.id': account_id,
    'pixsim7.job.id': job_id,
    'pixsim7.provider.id': provider_id,
    'pixsim7.request.id': request_id,
    'pixsim7.submission.id': submission_id,
  };
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
}

export { SpanKind, type Span };
