import type { TimeBound } from '../limits.ts';
import { ownMemory, processorTime } from './process-usage.ts';

/** The interval between looks at memory. A decoder fills at most 1 GB a second, so it exceeds its bound by 20 MB at most. */
const memoryEveryMs = 20;
/** Every so many looks at the memory, one at the time. */
const timeEvery = 5;

/** Looks at a working process from outside, and says once which bound it passed. */
export interface ChildWatch {
  /** Memory of its own that it may have from now on, in bytes. The time begins again. */
  allow(bytes: number): void;
  /** It waits for others: time does not count. */
  pause(): void;
  stop(): void;
}

export function watchChild(
  pid: number,
  bound: TimeBound,
  bytes: number,
  end: (reason: 'time' | 'memory') => void,
): ChildWatch {
  let allowed = bytes;
  let looks = 0;
  let startedAt: number | null = performance.now();
  let computedBefore = processorTime(pid) ?? 0;

  function look(): void {
    if ((ownMemory(pid) ?? 0) > allowed) {
      return end('memory');
    }
    looks += 1;
    if (looks % timeEvery !== 0 || startedAt === null) {
      return;
    }
    const computed = (processorTime(pid) ?? 0) - computedBefore;
    if (computed > bound.computing || performance.now() - startedAt > bound.passing) {
      end('time');
    }
  }

  const timer = setInterval(look, memoryEveryMs);
  return {
    allow(more) {
      allowed = more;
      startedAt = performance.now();
      computedBefore = processorTime(pid) ?? 0;
    },
    pause() {
      startedAt = null;
    },
    stop: () => clearInterval(timer),
  };
}
