import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { endWithThisProcess } from './leftovers.ts';

const root = fileURLToPath(new URL('../../../..', import.meta.url));

/** Many times what a start takes, because a machine that is busy with other things must not fail a test. */
const startTimeoutMs = 180_000;

/** A program of ours in a process of its own, as an operator runs it: built, by plain Node. */
export interface RunningProgram {
  /** The match of the pattern in its output. */
  readonly ready: string;
  readonly pid: number;
  /** Resolves when the process is gone, with its exit code; null after a signal. */
  readonly ended: Promise<number | null>;
  /** Standard output and error so far. */
  output(): string;
  /** SIGKILL: nothing can be finished, nothing flushed. */
  kill(): Promise<void>;
  /** SIGTERM, as a service manager does. Resolves with the exit code. */
  terminate(): Promise<number | null>;
  /** Nobody reads its output any more, as when a terminal or a log collector goes away. */
  hangUp(): void;
  /** SIGSTOP: connections stay open, and nothing happens until `thaw`. */
  freeze(): void;
  thaw(): void;
}

/**
 * Starts a program of this repository and waits until its output matches. It does not outlive this process.
 *
 * @param script from the root of the repository
 * @param options the first group of `ready` is the result
 * @throws when it ends or does not get ready in time; the message has its output
 */
export async function startProgram(
  script: string,
  options: {
    readonly ready: RegExp;
    readonly arguments?: readonly string[];
    readonly environment?: Record<string, string>;
    /** Standard error goes into this file, and is not part of `output`. */
    readonly errorFile?: string;
  },
): Promise<RunningProgram> {
  const errors = options.errorFile === undefined ? 'pipe' : openSync(options.errorFile, 'a');
  const child = spawn(process.execPath, [script, ...(options.arguments ?? [])], {
    cwd: root,
    // The terminal's own settings must not change what is tested.
    env: { PATH: process.env['PATH'] ?? '', ...options.environment },
    stdio: ['ignore', 'pipe', errors],
  });
  if (typeof errors === 'number') {
    closeSync(errors);
  }
  endWithThisProcess(child);
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  const lines: string[] = [];
  const ready = await new Promise<string>((resolve, reject) => {
    const fail = (reason: string): void => {
      clearTimeout(timer);
      reject(new Error(`${script} ${reason}:\n${lines.join('')}`));
    };
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      fail(`was not ready within ${startTimeoutMs / 1_000} s`);
    }, startTimeoutMs);
    const read = (chunk: Buffer): void => {
      lines.push(chunk.toString('utf8'));
      const match = options.ready.exec(lines.join(''));
      if (match?.[1] === undefined) {
        return;
      }
      clearTimeout(timer);
      resolve(match[1]);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', (code) => fail(`ended with ${code}`));
  });
  return {
    ready,
    pid: child.pid ?? 0,
    ended,
    output: () => lines.join(''),
    kill: () => end(child, 'SIGKILL').then(() => undefined),
    terminate: () => end(child, 'SIGTERM'),
    hangUp: () => {
      child.stdout?.destroy();
      child.stderr?.destroy();
    },
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
  };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) {
    return child.exitCode;
  }
  const exited = once(child, 'exit');
  child.kill(signal);
  const [code] = (await exited) as [number | null];
  return code;
}

/** The server as it was built, on a free port. `ready` is its address. */
export function startServerProcess(
  environment: Record<string, string>,
  options: { readonly errorFile?: string } = {},
): Promise<RunningProgram> {
  return startProgram('apps/server/dist/main.js', {
    ready: /PixSim7 runs at (http:\S+)/u,
    environment: { PORT: '0', LOG_LEVEL: 'warn', ...environment },
    ...options,
  });
}
