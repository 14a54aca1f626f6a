import type { ReadingReply, ReadingRequest } from '../child/protocol.ts';
import { idleChildBytes, lateCollectionBytes } from '../limits.ts';
import type { TimeBound } from '../limits.ts';
import { readingProgram } from './child-program.ts';
import type { ChildProgram } from './child-program.ts';
import { createMemoryBudget } from './memory-budget.ts';
import { createPlaces } from './places.ts';
import { ownMemory } from './process-usage.ts';
import { startReadingChild } from './reading-child.ts';
import type { ReadingChild } from './reading-child.ts';

export interface ReadingPoolOptions {
  /** Memory that all decoding may take at one time, in bytes. */
  readonly decodingBytes: number;
  readonly program?: ChildProgram;
  /** After so long without work a child ends. */
  readonly idleMs?: number;
}

/** Processes that read files: started when they are needed, a file each at a time, replaced when they die. */
export interface ReadingPool {
  /** Answers in the order of the requests, posters last and one at a time. @throws ChildEndedError, ChildStartError */
  ask(request: ReadingRequest, time: TimeBound): Promise<ReadingReply>;
  /** Process ids of the children that live now. */
  readonly children: readonly number[];
  /** Ends every child; what they were asked fails. */
  close(): Promise<void>;
}

/** Two, so one file that takes its whole time does not hold up all others. Each takes 25 MB of its own when it is idle. */
const maxChildren = 2;
const megabyte = 1024 ** 2;
/** Room of the JavaScript heap beyond what is decoded into it. */
const heapMegabytes = 64;

export function createReadingPool(options: ReadingPoolOptions): ReadingPool {
  const { decodingBytes, program = readingProgram, idleMs = 60_000 } = options;
  const budget = createMemoryBudget(decodingBytes);
  const all = new Set<ReadingChild>();
  const idle: { readonly child: ReadingChild; readonly timer: NodeJS.Timeout }[] = [];
  const places = createPlaces(maxChildren);
  let isClosed = false;

  async function start(): Promise<ReadingChild> {
    const child = await startReadingChild(await program(), heapMegabytes + decodingBytes / megabyte);
    all.add(child);
    child.onEnd(() => forget(child));
    if (isClosed) {
      await child.close();
    }
    return child;
  }

  function forget(child: ReadingChild): void {
    all.delete(child);
    const at = idle.findIndex((entry) => entry.child === child);
    if (at >= 0) {
      idle.splice(at, 1).forEach(({ timer }) => clearTimeout(timer));
    }
  }

  /** The one that worked last: the other one may end. */
  function take(): ReadingChild | null {
    const entry = idle.pop();
    if (entry === undefined) {
      return null;
    }
    clearTimeout(entry.timer);
    return entry.child;
  }

  /** Memory that a decoder did not give back would count against the next file. */
  function rest(child: ReadingChild): void {
    // It died while it cleaned up.
    if (!all.has(child)) {
      return;
    }
    if (isClosed || (ownMemory(child.pid) ?? 0) > idleChildBytes) {
      void child.close();
      return;
    }
    const timer = setTimeout(() => void child.close(), idleMs);
    timer.unref();
    idle.push({ child, timer });
  }

  async function restAfter(child: ReadingChild, rested: Promise<void>, leave: () => void): Promise<void> {
    await rested;
    rest(child);
    leave();
  }

  return {
    async ask(request, time) {
      const leave = await places.enter(request.kind === 'poster' ? 'poster' : 'other');
      const limits = { time, decodingBytes, idleBytes: idleChildBytes + lateCollectionBytes };
      try {
        const child = take() ?? (await start());
        const { reply, rested } = await child.ask(request, limits, budget);
        void restAfter(child, rested, leave);
        return reply;
      } catch (error) {
        leave();
        throw error;
      }
    },
    get children() {
      return [...all].map(({ pid }) => pid);
    },
    async close() {
      isClosed = true;
      await Promise.all([...all].map((child) => child.close()));
    },
  };
}
