import type { CreateJobRequest, JobId } from '@pixsim7/contracts';
import { handlerOf, createCore, createStepHandlers } from '@pixsim7/core';
import type { Caller, Core, CoreDependencies, StepHandlers, StepQueue } from '@pixsim7/core';

/** Steps are run by hand, in their order; nothing waits for its time. */
export const idleQueue: StepQueue = {
  offer: async () => undefined,
  holds: () => false,
  start: async () => undefined,
  stop: async () => undefined,
  statistics: async () => [],
};

const providerId = 'pixverse';
const atATime = 20;

/** Every second job leaves its provider to the rules, so that routes are in the figures too. */
function requestOf(number: number): CreateJobRequest {
  const request = {
    operation_type: 'text_to_video',
    params: {
      prompt: `A paper boat sails down a rainy gutter past leaves and bus tickets, number ${number}.`,
      quality: '540p',
      duration: 5,
    },
  } as const;
  return number % 2 === 0
    ? { ...request, provider_id: providerId }
    : {
        ...request,
        provider_id: 'auto',
        candidates: [{ provider_id: providerId }, { provider_id: 'runway' }],
      };
}

/** Makes jobs and takes each through dispatch, submit, check and ingest to its end. */
export async function runJobs(
  dependencies: CoreDependencies,
  caller: Caller,
  baseUrl: string,
  count: number,
): Promise<Core> {
  const core = createCore(dependencies);
  const handlers = createStepHandlers(dependencies);
  await core.accounts.create(caller, {
    provider_id: providerId,
    label: 'Benchmark',
    credentials: { api_key: 'sk-benchmark' },
    base_url: baseUrl,
    max_concurrent: atATime,
  });
  for (let made = 0; made < count; made += atATime) {
    const ids: JobId[] = [];
    for (let number = made; number < Math.min(count, made + atATime); number += 1) {
      ids.push((await core.jobs.create(caller, requestOf(number), null)).job.id);
    }
    await run(handlers, 'dispatch', providerId);
    await Promise.all(ids.map((id) => finish(dependencies, handlers, id)));
  }
  await core.events.publish();
  return core;
}

async function finish({ database }: CoreDependencies, handlers: StepHandlers, jobId: JobId): Promise<void> {
  const latestAttempt = async () =>
    database.transaction(async (transaction) => (await transaction.submissions.listByJobs([jobId])).at(-1));
  const started = await latestAttempt();
  if (started === undefined) {
    throw new Error(`${jobId} was not dispatched.`);
  }
  for (const step of ['submit', 'check', 'ingest'] as const) {
    await run(handlers, step, started.id);
  }
  const { state } = (await latestAttempt()) ?? started;
  if (state !== 'stored') {
    throw new Error(`${jobId} ended as ${state}.`);
  }
}

async function run(
  handlers: StepHandlers,
  step: 'dispatch' | 'submit' | 'check' | 'ingest',
  id: string,
): Promise<void> {
  await handlerOf(handlers, step)?.(id, new AbortController().signal);
}
