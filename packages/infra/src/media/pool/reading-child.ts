import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import type { ReadingReply, ReadingRequest } from '../child/protocol.ts';
import { askChild } from './ask-child.ts';
import type { ReadingLimits } from './ask-child.ts';
import { childEnded, ChildStartError, isGone, killGroup } from './child-end.ts';
import type { ChildEnd, ChildEndedError } from './child-end.ts';
import type { MemoryBudget } from './memory-budget.ts';

/** A process that reads one file at a time. */
export interface ReadingChild {
  readonly pid: number;
  /** Resolves with the answer; `rested` resolves when the child has cleaned up, or is gone. @throws ChildEndedError */
  ask(
    request: ReadingRequest,
    limits: ReadingLimits,
    budget: MemoryBudget,
  ): Promise<{ readonly reply: ReadingReply; readonly rested: Promise<void> }>;
  /** Ends it and waits until it is gone. */
  close(): Promise<void>;
  /** Calls back when it is gone, for whatever reason. */
  onEnd(call: () => void): void;
}

/** Loading the libraries takes 0.2 seconds on an idle machine. */
const startTimeoutMs = 60_000;
/** So much of what a child says before it dies is kept. */
const maxLastWords = 2_000;

/** @throws ChildStartError */
export async function startReadingChild(program: string, heapMegabytes: number): Promise<ReadingChild> {
  const child = fork(program, [], {
    execArgv: [
      `--max-old-space-size=${heapMegabytes}`,
      // Room for new objects never goes back to the system: 15 MB of the usual 16, and 2 of these. A file makes few of them.
      '--max-semi-space-size=1',
      '--v8-pool-size=1',
      '--expose-gc',
    ],
    env: childEnvironment(),
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // A process group of its own: a decoder that it starts ends with it, and Ctrl-C reaches the server alone.
    detached: true,
  });
  let lastWords = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    lastWords = (lastWords + chunk.toString('utf8')).slice(-maxLastWords);
  });
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  await started(child, gone, () => lastWords);
  letGo(child);
  let isClosed = false;

  return {
    pid: child.pid ?? 0,
    async close() {
      isClosed = true;
      // Nobody else may keep this process alive until the child is gone.
      hold(child);
      killGroup(child);
      await gone;
    },
    onEnd: (call) => void gone.then(call),
    ask: async (request, limits, budget) => {
      const whyGone = (reason: ChildEnd | null): ChildEndedError =>
        childEnded(child, reason ?? (isClosed ? 'closed' : null), lastWords);
      if (isGone(child)) {
        throw whyGone(null);
      }
      hold(child);
      const asked = askChild(child, request, limits, budget, whyGone);
      void asked.rested.then(() => letGo(child));
      return { reply: await asked.reply, rested: asked.rested };
    },
  };
}

/** An attacker who takes over a decoder finds no key in its environment. */
function childEnvironment(): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    UV_THREADPOOL_SIZE: '2',
    // One heap for all threads, large pieces straight from the system: what a decoder frees is free for the next process.
    MALLOC_ARENA_MAX: '1',
    MALLOC_MMAP_THRESHOLD_: '1048576',
    MALLOC_TRIM_THRESHOLD_: '131072',
  };
}

async function started(child: ChildProcess, gone: Promise<void>, lastWords: () => string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const ready = new Promise<'ready'>((resolve) => child.once('message', () => resolve('ready')));
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), startTimeoutMs);
  });
  const failure = new Promise<Error>((resolve) => child.once('error', resolve));
  const outcome = await Promise.race([ready, late, failure, gone.then(() => 'gone' as const)]);
  clearTimeout(timer);
  if (outcome === 'ready') {
    return;
  }
  killGroup(child);
  throw new ChildStartError(`The process that reads media files did not start. ${lastWords()}`.trim(), {
    cause: outcome,
  });
}

/** While it works, the server waits for it. */
function hold(child: ChildProcess): void {
  if (isGone(child)) {
    return;
  }
  child.ref();
  child.channel?.ref();
}

/** An idle child is no reason for the server to stay. */
function letGo(child: ChildProcess): void {
  child.unref();
  child.channel?.unref();
  if (child.stderr !== null && 'unref' in child.stderr) {
    (child.stderr as unknown as { unref(): void }).unref();
  }
}
