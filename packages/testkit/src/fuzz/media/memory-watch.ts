import { readdirSync, readFileSync } from 'node:fs';

export interface MemoryWatch {
  readonly peakOwnBytes: number;
  readonly peakChildrenBytes: number;
  stop(): void;
}

const everyMs = 20;

/** Looks at the memory of this process and of its children, which only Linux tells. Program files are not counted. */
export function watchMemory(): MemoryWatch {
  let peakOwnBytes = 0;
  let peakChildrenBytes = 0;
  const timer = setInterval(() => {
    peakOwnBytes = Math.max(peakOwnBytes, ownBytes('self'));
    const children = childrenOfThisProcess().reduce((sum, pid) => sum + ownBytes(pid), 0);
    peakChildrenBytes = Math.max(peakChildrenBytes, children);
  }, everyMs);
  timer.unref();
  return {
    get peakOwnBytes() {
      return peakOwnBytes;
    },
    get peakChildrenBytes() {
      return peakChildrenBytes;
    },
    stop: () => clearInterval(timer),
  };
}

/** Each thread has children of its own: tests run in threads. */
function childrenOfThisProcess(): readonly string[] {
  if (process.platform !== 'linux') {
    return [];
  }
  return readdirSync('/proc/self/task').flatMap((thread) =>
    textOf(`/proc/self/task/${thread}/children`)
      .split(' ')
      .filter((pid) => pid !== ''),
  );
}

function ownBytes(pid: string): number {
  const [, kilobytes] = /^RssAnon:\s+(\d+) kB$/mu.exec(textOf(`/proc/${pid}/status`)) ?? [];
  return Number(kilobytes ?? 0) * 1024;
}

/** Empty for a process that is gone. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
