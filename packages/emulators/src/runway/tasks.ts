import { drawRenderSeconds } from '../triggers/render-time.ts';
import { createStrangePolls } from '../triggers/strange-polls.ts';
import type { Caller, Emulation } from './emulation.ts';
import { presentOf } from './emulation.ts';
import { balanceOf, dailyGenerationsOf } from './organization.ts';
import type { TaskPlan } from './plan.ts';
import { dailyLimitReached, outOfCredits, RunwayRefusal, taskNotFound } from './refusal.ts';
import { urlOfOutput } from './result-files.ts';
import type { Task } from './store.ts';
import { chargedAt, costOf, isFinished, stateAt } from './task-state.ts';
import type { TaskState } from './task-state.ts';
import { readTriggers } from './triggers.ts';

/** Accepts a valid request, or throws `RunwayRefusal`. Over the concurrency limit it is accepted too, and waits. */
export function acceptTask(emulation: Emulation, { apiKey, now }: Caller, plan: TaskPlan): Task {
  const { store, settings, random } = emulation;
  const triggers = readTriggers(plan.prompt);
  if (triggers.refusal === 'unavailable') {
    throw new RunwayRefusal(503, 'Service unavailable.');
  }
  const isOverDailyLimit =
    settings.max_daily !== null && dailyGenerationsOf(store, apiKey, plan.model, now) >= settings.max_daily;
  if (triggers.refusal === 'daily' || isOverDailyLimit) {
    throw dailyLimitReached();
  }
  if (triggers.refusal === 'credits' || balanceOf(store, apiKey, now) < plan.credits) {
    throw outOfCredits();
  }
  const renderSeconds = drawRenderSeconds(settings.render_seconds, random, triggers);
  const task: Task = {
    id: emulation.createUuid(),
    apiKey,
    operation: plan.operation,
    model: plan.model,
    credits: plan.credits,
    recipe: plan.recipe,
    createdAt: now,
    seconds: triggers.neverEnds ? null : renderSeconds,
    failure: triggers.failure,
    throttledPolls: triggers.throttledPolls,
    strangeStatus: triggers.strangeStatus,
    hidesCost: triggers.hidesCost,
    startedAt: null,
    deleted: null,
  };
  store.commit([{ kind: 'task_accepted', task }]);
  presentOf(emulation);
  return task;
}

/** Reads tasks; it counts polls for the triggers that ask for it. */
export function createTaskReader(emulation: Emulation): (id: string, caller: Caller) => Response {
  const pollsOf = new Map<string, number>();
  const isShownStrange = createStrangePolls();

  function shownStatus(task: Task, { status }: TaskState): string {
    const polls = (pollsOf.get(task.id) ?? 0) + 1;
    pollsOf.set(task.id, polls);
    if (polls <= task.throttledPolls) {
      return 'THROTTLED';
    }
    const { id, strangeStatus } = task;
    return strangeStatus !== null && isShownStrange(id, isFinished(status)) ? strangeStatus : status;
  }

  return (id, caller) => {
    const task = ownTask(emulation, id, caller);
    const state = stateAt(task, caller.now, emulation.videos.isRendered(id));
    return Response.json(taskReply(emulation, task, state, shownStatus(task, state), caller.now));
  };
}

function taskReply(
  emulation: Emulation,
  task: Task,
  state: TaskState,
  status: string,
  now: number,
): Record<string, unknown> {
  const common = { id: task.id, createdAt: new Date(task.createdAt).toISOString(), status };
  const cost = task.hidesCost ? {} : { cost: { credits: costOf(task) } };
  switch (status) {
    case 'RUNNING':
      return { ...common, progress: state.progress, estimatedCost: { credits: task.credits } };
    case 'SUCCEEDED':
      return {
        ...common,
        ...cost,
        output: state.status === 'SUCCEEDED' ? [urlOfOutput(emulation, task, now)] : [],
      };
    case 'FAILED':
      return {
        ...common,
        ...cost,
        failure: 'The generation failed.',
        failureCode: task.failure?.code ?? null,
      };
    default:
      return { ...common, estimatedCost: { credits: task.credits } };
  }
}

/** `DELETE /v1/tasks/{id}`: cancels what is unfinished, and deletes the output of what is finished. */
export function deleteTask({ store, videos }: Emulation, id: string, caller: Caller): Response {
  const task = ownTask({ store }, id, caller);
  const { now } = caller;
  const wasFinished = isFinished(stateAt(task, now, videos.isRendered(id)).status);
  const cost = wasFinished ? chargedAt(task, now) : 0;
  store.commit([{ kind: 'task_deleted', id, deleted: { at: now, cost, wasFinished } }]);
  return new Response(null, { status: 204 });
}

/** Another organization's task, or a deleted one, counts as unknown. */
function ownTask({ store }: Pick<Emulation, 'store'>, id: string, { apiKey }: Caller): Task {
  const task = store.tasks.get(id);
  if (task === undefined || task.apiKey !== apiKey || task.deleted !== null) {
    throw taskNotFound();
  }
  return task;
}
