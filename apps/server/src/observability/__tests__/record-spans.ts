import { AsyncLocalStorage } from 'node:async_hooks';
import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import type { Context, ContextManager, TextMapPropagator } from '@opentelemetry/api';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';

/** The part of `@opentelemetry/context-async-hooks` that spans need. */
class AsyncContext implements ContextManager {
  readonly #storage = new AsyncLocalStorage<Context>();

  active(): Context {
    return this.#storage.getStore() ?? ROOT_CONTEXT;
  }

  with: ContextManager['with'] = (active, work, self, ...rest) =>
    this.#storage.run(active, () => work.apply(self, rest));

  bind: ContextManager['bind'] = (_active, target) => target;

  enable(): this {
    return this;
  }

  disable(): this {
    this.#storage.disable();
    return this;
  }
}

/** The reading half of W3C trace context. */
const traceparent: TextMapPropagator = {
  fields: () => ['traceparent'],
  inject: () => undefined,
  extract: (active, carrier, getter) => {
    const [, traceId, spanId] =
      /^00-(\w{32})-(\w{16})-01$/u.exec(String(getter.get(carrier, 'traceparent'))) ?? [];
    if (traceId === undefined || spanId === undefined) {
      return active;
    }
    return trace.setSpanContext(active, { traceId, spanId, traceFlags: 1, isRemote: true });
  },
};

export interface SpanRecorder {
  spans(): ReadableSpan[];
  /** Takes the SDK out again: it is global, and other tests share the process. */
  stop(): Promise<void>;
}

/** Registers an SDK as an operator's `--import` file does, but one that keeps the spans. */
export function recordSpans(): SpanRecorder {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(new AsyncContext());
  propagation.setGlobalPropagator(traceparent);
  return {
    spans: () => exporter.getFinishedSpans(),
    stop: async () => {
      await provider.shutdown();
      trace.disable();
      context.disable();
      propagation.disable();
    },
  };
}
