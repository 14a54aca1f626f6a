import type { VideoStatusResult } from '../contract/adapter.ts';
import { readFailure } from './failure-codes.ts';
import { outputLifetimeS } from './manifest.ts';
import type { RunwayTask } from './reply.ts';

/** Every status of the reference. A word outside this list is recorded raw and ends nothing. */
export const taskStatuses = ['PENDING', 'THROTTLED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED'] as const;
export type TaskStatus = (typeof taskStatuses)[number];

export function taskStatusOf(task: RunwayTask): TaskStatus | null {
  return taskStatuses.find((known) => known === task.status) ?? null;
}

/**
 * Reads one answer about a task.
 *
 * @param answeredAt when Runway gave it, in milliseconds since 1970; links live from then on
 */
export function readTask(task: RunwayTask, answeredAt: number | null): VideoStatusResult {
  const result = {
    rawStatus: task.status,
    progress: null,
    queuePosition: null,
    outputs: [],
    error: null,
    credits: null,
  } satisfies Omit<VideoStatusResult, 'status'>;
  const status = taskStatusOf(task);
  switch (status) {
    case 'PENDING':
    // Over its own limit of concurrent tasks; Runway starts it by itself.
    case 'THROTTLED':
      return { ...result, status: 'pending' };
    case 'RUNNING':
      return { ...result, status: 'processing', progress: fractionOf(task.progress) };
    case 'SUCCEEDED': {
      const outputs = (task.output ?? []).filter((url) => url !== '');
      if (outputs.length === 0) {
        return { ...result, status: 'processing', rawStatus: 'SUCCEEDED:no-output' };
      }
      return {
        ...result,
        status: 'completed',
        outputs: outputs.map((url) => ({ url, mediaType: 'video', expiresAt: expiryOf(answeredAt) })),
        credits: task.cost?.credits ?? null,
      };
    }
    case 'FAILED':
      return { ...result, ...readFailure(task), credits: task.cost?.credits ?? null };
    case 'CANCELLED':
      return { ...result, status: 'cancelled', credits: task.cost?.credits ?? null };
    case null:
      return { ...result, status: null };
  }
}

/** A task that Runway no longer knows because we deleted it. Its cost went with it. */
export const cancelledByUs: VideoStatusResult = {
  status: 'cancelled',
  rawStatus: 'deleted',
  progress: null,
  queuePosition: null,
  outputs: [],
  error: null,
  credits: null,
};

function fractionOf(progress: number | undefined): number | null {
  return progress === undefined ? null : Math.min(1, Math.max(0, progress));
}

function expiryOf(answeredAt: number | null): string | null {
  return answeredAt === null ? null : new Date(answeredAt + outputLifetimeS * 1_000).toISOString();
}
