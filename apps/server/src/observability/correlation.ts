import { AsyncLocalStorage } from 'node:async_hooks';
import { isSpanContextValid, trace } from '@opentelemetry/api';
import type { RequestId, WorkerStep } from '@pixsim7/contracts';
import type { Correlation, Logger, WorkSubject } from '@pixsim7/core';

/** The subject of a request or a step, by the names that its log lines have. */
export interface Work extends WorkSubject {
  readonly request_id?: RequestId;
  readonly step?: WorkerStep;
}

/** One object for each request and each step; `add` puts into it what is learned on the way. */
const running = new AsyncLocalStorage<Work>();

/** Runs work under a subject of its own; nothing is taken over from the work that happened to start it. */
export function runAbout<Result>(work: Work, run: () => Result): Result {
  return running.run({ ...work }, run);
}

/** The subject of the running work; nothing outside of requests and steps. */
export function currentWork(): Work {
  return running.getStore() ?? {};
}

export const correlation: Correlation = {
  add: (subject: WorkSubject) => {
    const work = running.getStore();
    if (work !== undefined) {
      Object.assign(work, subject);
    }
  },
};

/** Adds what the running work is about to every line, and where it stands in a trace. What a line says itself wins. */
export function correlateLines(logger: Logger): Logger {
  const about = (fields: Record<string, unknown>): Record<string, unknown> => ({
    ...currentWork(),
    ...currentTrace(),
    ...fields,
  });
  return {
    debug: (fields, message) => logger.debug(about(fields), message),
    info: (fields, message) => logger.info(about(fields), message),
    warn: (fields, message) => logger.warn(about(fields), message),
    error: (fields, message) => logger.error(about(fields), message),
  };
}

function currentTrace(): Record<string, unknown> {
  const span = trace.getActiveSpan()?.spanContext();
  return span !== undefined && isSpanContextValid(span)
    ? { trace_id: span.traceId, span_id: span.spanId }
    : {};
}
