import { Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import { workerSteps } from '@pixsim7/contracts';
import type { AssetId, SubmissionId, WorkerStep } from '@pixsim7/contracts';
import { handlerOf } from '@pixsim7/core';
import type { Logger, StepHandler, StepHandlers } from '@pixsim7/core';
import { currentWork, runAbout } from './correlation.ts';
import type { Work } from './correlation.ts';
import { codeOf, inSpan, SpanKind } from './tracing.ts';

/** `again`: the step asked to be run once more. `failed`: it threw, and the queue tries it again. */
export const stepOutcomes = ['done', 'again', 'failed'] as const;
export type StepOutcome = (typeof stepOutcomes)[number];

/** Nearly every check and many dispatches change nothing; at `info` they would bury the rest. */
const quietSteps: readonly WorkerStep[] = ['dispatch', 'check'];

export interface ObservedStepsParts {
  readonly registry: Registry;
  readonly logger: Logger;
  /** Milliseconds of a clock that never goes back. */
  readonly monotonicNow: () => number;
}

/** Runs each step under its own subject, times it, and gives it a span and a log line. */
export function createStepObserver({ registry, logger, monotonicNow }: ObservedStepsParts): {
  observe(handlers: StepHandlers): StepHandlers;
} {
  const durations = new Histogram({
    name: 'pixsim7_step_duration_seconds',
    help: 'Time that a step took in this process.',
    labelNames: ['step', 'outcome'] as const,
    buckets: [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900],
    registers: [registry],
  });

  function record(
    step: WorkerStep,
    outcome: StepOutcome,
    startedAt: number,
    more: Record<string, unknown>,
  ): void {
    const ms = Math.round(monotonicNow() - startedAt);
    durations.observe({ step, outcome }, ms / 1_000);
    const fields = { outcome, ms, ...more };
    if (outcome === 'failed') {
      logger.warn(fields, 'step');
    } else if (quietSteps.includes(step)) {
      logger.debug(fields, 'step');
    } else {
      logger.info(fields, 'step');
    }
  }

  function observed(step: WorkerStep, handler: StepHandler): StepHandler {
    return (id, signal) =>
      runAbout(workOf(step, id), () =>
        // A trace of its own: which request or step happened to set its timer says nothing.
        inSpan(
          `step ${step}`,
          { kind: SpanKind.CONSUMER, root: true, attributes: attributesOf(step) },
          async () => {
            const startedAt = monotonicNow();
            try {
              const result = await handler(id, signal);
              record(step, result.again === undefined ? 'done' : 'again', startedAt, {});
              return result;
            } catch (error) {
              // The queue logs the error itself; this line says what it was about.
              record(step, 'failed', startedAt, { code: codeOf(error), ...currentWork() });
              throw error;
            }
          },
        ),
      );
  }

  return {
    observe: (handlers) =>
      Object.fromEntries(
        workerSteps.flatMap((step) => {
          const handler = handlerOf(handlers, step);
          return handler === undefined ? [] : [[step, observed(step, handler)]];
        }),
      ),
  };
}

function workOf(step: WorkerStep, id: string): Work {
  switch (step) {
    case 'dispatch':
      return { step, provider_id: id };
    case 'submit':
    case 'check':
    case 'ingest':
      return { step, submission_id: id as SubmissionId };
    case 'poster':
      return { step, asset_id: id as AssetId };
    case 'deliver':
      return { step };
  }
}

/** A step is the processing of one message of a queue (semantic conventions for messaging). */
function attributesOf(step: WorkerStep): Record<string, string> {
  return {
    'messaging.system': 'pixsim7',
    'messaging.destination.name': step,
    'messaging.operation.type': 'process',
  };
}
