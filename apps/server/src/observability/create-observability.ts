import { Gauge, Registry } from 'prom-client';
import type { CoreDependencies, Logger, StepHandlers } from '@pixsim7/core';
import { watchBulkheads } from './bulkhead-metrics.ts';
import { correlateLines, correlation } from './correlation.ts';
import { observeRegistry } from './observed-adapter.ts';
import { observeDownloads } from './observed-downloads.ts';
import { createStepObserver } from './observed-steps.ts';
import { createProviderCalls } from './provider-calls.ts';

/** Logs, metrics and traces of one process. The domain and the adapters know nothing of it: it is put around them. */
export interface Observability {
  /** Adds to each line what the running work is about. */
  readonly logger: Logger;
  readonly registry: Registry;
  /** The same dependencies, with what they do watched. */
  observe(dependencies: CoreDependencies): CoreDependencies;
  observeSteps(handlers: StepHandlers): StepHandlers;
}

export interface ObservabilityOptions {
  readonly logger: Logger;
  readonly version: string;
  readonly role: string;
  /** Milliseconds of a clock that never goes back. */
  readonly monotonicNow: () => number;
}

export function createObservability(options: ObservabilityOptions): Observability {
  const { version, role, monotonicNow } = options;
  const registry = new Registry();
  const logger = correlateLines(options.logger);
  new Gauge({
    name: 'pixsim7_build_info',
    help: 'Always 1; the labels say which version runs in which role.',
    labelNames: ['version', 'role'] as const,
    registers: [registry],
  }).set({ version, role }, 1);
  const calls = createProviderCalls({ registry, logger, monotonicNow });
  const steps = createStepObserver({ registry, logger, monotonicNow });
  return {
    logger,
    registry,
    observe: (dependencies) => {
      watchBulkheads(registry, dependencies.bulkheads);
      return {
        ...dependencies,
        registry: observeRegistry(dependencies.registry, calls),
        outgoing: observeDownloads(dependencies.outgoing, calls),
        logger,
        correlation,
      };
    },
    observeSteps: (handlers) => steps.observe(handlers),
  };
}
