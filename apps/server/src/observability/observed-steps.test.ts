import { Registry } from 'prom-client';
import { beforeEach, expect, it } from 'vitest';
import { workerSteps } from '@pixsim7/contracts';
import type { SubmissionId } from '@pixsim7/contracts';
import { handlerOf } from '@pixsim7/core';
import type { StepHandlers } from '@pixsim7/core';
import { currentWork, runAbout } from './correlation.ts';
import { createStepObserver } from './observed-steps.ts';

const signal = new AbortController().signal;

let registry: Registry;
let lines: { level: string; fields: Record<string, unknown> }[];
let now: number;
let observe: (handlers: StepHandlers) => StepHandlers;

beforeEach(() => {
  registry = new Registry();
  lines = [];
  now = 0;
  const write = (level: string) => (fields: Record<string, unknown>) => void lines.push({ level, fields });
  const logger = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
  const observer = createStepObserver({ registry, logger, monotonicNow: () => now });
  observe = (handlers) => observer.observe(handlers);
});

const counts = async (): Promise<string[]> =>
  (await registry.metrics())
    .split('\n')
    .filter((line) => line.startsWith('pixsim7_step_duration_seconds_count'));

it.each([
  [{}, 'done'],
  [{ again: 5 }, 'again'],
] as const)('hands the result %j on and counts it as %s', async (result, outcome) => {
  const handlers = observe({ submit: async () => result });
  expect(await handlers.submit?.('sub_1' as SubmissionId, signal)).toBe(result);
  expect(await counts()).toEqual([
    `pixsim7_step_duration_seconds_count{step="submit",outcome="${outcome}"} 1`,
  ]);
  expect(lines).toEqual([{ level: 'info', fields: { outcome, ms: 0 } }]);
});

it('throws what the step throws, and says so by its code', async () => {
  const failure = Object.assign(new Error('private words'), { code: 'database_query' });
  const handlers = observe({
    check: async () => {
      now += 40;
      throw failure;
    },
  });
  await expect(handlers.check?.('sub_1' as SubmissionId, signal)).rejects.toBe(failure);
  expect(await counts()).toEqual(['pixsim7_step_duration_seconds_count{step="check",outcome="failed"} 1']);
  expect(lines).toEqual([
    {
      level: 'warn',
      fields: { outcome: 'failed', ms: 40, code: 'database_query', step: 'check', submission_id: 'sub_1' },
    },
  ]);
});

it('gives the step its id and signal, and a subject of its own', async () => {
  const seen: unknown[] = [];
  const handlers = observe({
    dispatch: async (...given) => {
      seen.push(given, currentWork());
      return {};
    },
  });
  await runAbout({ step: 'ingest' }, async () => handlers.dispatch?.('example', signal));
  expect(seen).toEqual([['example', signal], { step: 'dispatch', provider_id: 'example' }]);
});

it('speaks of steps that mostly change nothing only at debug', async () => {
  const all = observe(Object.fromEntries(workerSteps.map((step) => [step, async () => ({})])));
  for (const step of workerSteps) {
    await handlerOf(all, step)?.('id', signal);
  }
  expect(lines.map(({ level }) => level)).toEqual(
    workerSteps.map((step) => (step === 'dispatch' || step === 'check' ? 'debug' : 'info')),
  );
});

it('has no step that was not given', () => {
  expect(Object.keys(observe({ check: async () => ({}) }))).toEqual(['check']);
});
