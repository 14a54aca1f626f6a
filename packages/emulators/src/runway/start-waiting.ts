import type { Store, Task } from './store.ts';
import { endOf, holdsSlotAt } from './task-state.ts';

/**
 * Starts the tasks that waited, each at the moment at which a slot of its organization and model became free. It is called
 * before anything is shown, so that what one sees depends on the clock and never on who looked before.
 */
export function startWaiting(store: Store, maxConcurrent: number, now: number): void {
  for (const task of store.tasks.values()) {
    if (task.startedAt !== null || task.deleted !== null) {
      continue;
    }
    const siblings = store.tasksOf(task.apiKey).filter(({ model }) => model === task.model);
    const at = freeSlotFrom(siblings, task.createdAt, maxConcurrent);
    if (at <= now) {
      const running = siblings.filter((sibling) => holdsSlotAt(sibling, at)).length + 1;
      store.commit([{ kind: 'task_started', id: task.id, at, running }]);
    }
  }
}

/** The first moment, not before `from`, at which fewer than `maxConcurrent` tasks run. */
function freeSlotFrom(siblings: readonly Task[], from: number, maxConcurrent: number): number {
  const started = siblings.filter(({ startedAt }) => startedAt !== null);
  const moments = [from, ...started.map(releaseOf).filter((at) => at > from)].sort((a, b) => a - b);
  return (
    moments.find((at) => started.filter((task) => holdsSlotAt(task, at)).length < maxConcurrent) ?? Infinity
  );
}

function releaseOf(task: Task): number {
  return Math.min(endOf(task), task.deleted?.at ?? Infinity);
}
