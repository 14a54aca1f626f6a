import type { GenerationState } from '../control/controlled-provider.ts';
import type { Task } from './store.ts';

export type TaskStatus = 'PENDING' | 'THROTTLED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED';

export interface TaskState {
  readonly status: TaskStatus;
  /** From 0 to 1, for a running task. */
  readonly progress: number;
}

/** The part of its time that a task stands in the queue of a free slot. */
const pendingShare = 0.2;
/** A task whose time is over and whose file is not there yet. */
const almostDone = 0.99;

/** Milliseconds since 1970; Infinity for a task that has not started or never ends. */
export function endOf({ startedAt, seconds }: Task): number {
  return startedAt === null || seconds === null ? Infinity : startedAt + seconds * 1000;
}

/** The true state at a moment, leaving out that it may be deleted. A success needs its file besides its time. */
export function stateAt(task: Task, now: number, isRendered: boolean): TaskState {
  if (task.startedAt === null) {
    return { status: 'THROTTLED', progress: 0 };
  }
  const end = endOf(task);
  if (now < end) {
    const share = task.seconds === null ? 0.5 : (now - task.startedAt) / (end - task.startedAt);
    return share < pendingShare
      ? { status: 'PENDING', progress: 0 }
      : { status: 'RUNNING', progress: Math.min(almostDone, share) };
  }
  if (task.failure !== null) {
    return { status: 'FAILED', progress: 1 };
  }
  return isRendered ? { status: 'SUCCEEDED', progress: 1 } : { status: 'RUNNING', progress: almostDone };
}

export function isFinished(status: TaskStatus): boolean {
  return status === 'SUCCEEDED' || status === 'FAILED';
}

export function holdsSlotAt(task: Task, now: number): boolean {
  return task.startedAt !== null && task.startedAt <= now && now < endOf(task) && !isDeletedAt(task, now);
}

function isDeletedAt({ deleted }: Task, now: number): boolean {
  return deleted !== null && deleted.at <= now;
}

/** A task that the safety check refused stays charged; one that broke at Runway is paid back. */
export function costOf({ failure, credits }: Task): number {
  return failure === null || isModerated(failure.code) ? credits : 0;
}

function isModerated(code: string | null): boolean {
  return code?.startsWith('SAFETY.') ?? false;
}

/** Charged at acceptance; given back at the end, or when it is cancelled. */
export function chargedAt(task: Task, now: number): number {
  if (task.deleted !== null) {
    return task.deleted.cost;
  }
  return now < endOf(task) ? task.credits : costOf(task);
}

export function controlStateOf(task: Task, now: number, isRendered: boolean): GenerationState['state'] {
  if (task.deleted?.wasFinished === false) {
    return 'cancelled';
  }
  switch (stateAt(task, now, isRendered).status) {
    case 'PENDING':
    case 'THROTTLED':
    case 'RUNNING':
      return 'running';
    case 'SUCCEEDED':
      return 'succeeded';
    case 'FAILED':
      return isModerated(task.failure?.code ?? null) ? 'filtered' : 'failed';
  }
}
