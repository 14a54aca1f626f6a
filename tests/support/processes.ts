import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A program of ours in a process of its own, as an operator runs it: built, by plain Node. */
export interface RunningProgram {
  /** What the pattern found in its output. */
  readonly ready: string;
  readonly pid: number;
  /** Standard output and error so far. */
  output(): string;
  /** SIGKILL: nothing can be finished, nothing flushed. */
  kill(): Promise<void>;
  /** SIGTERM, as a service manager does. Resolves with the exit code. */
  terminate(): Promise<number | null>;
}

/**
 * Starts a program and waits until its output matches.
 *
 * @param ready its first group is the result
 */
export async function startProgram(
  script: string,
  options: {
    readonly ready: RegExp;
    readonly arguments?: readonly string[];
    readonly environment?: Record<string, string>;
  },
): Promise<RunningProgram> {
  const child = spawn(process.execPath, [script, ...(options.arguments ?? [])], {
    cwd: root,
    // The terminal's own settings must not change what is tested.
    env: { PATH: process.env['PATH'] ?? '', ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  const ready = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      lines.push(chunk.toString('utf8'));
      const match = options.ready.exec(lines.join(''));
      if (match?.[1] !== undefined) resolve(match[1]);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => reject(new Error(`${script} ended with ${code}:\n${lines.join('')}`)));
  });
  return {
    ready,
    pid: child.pid ?? 0,
    output: () => lines.join(''),
    kill: () => end(child, 'SIGKILL').then(() => undefined),
    terminate: () => end(child, 'SIGTERM'),
  };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exited = once(child, 'exit');
  child.kill(signal);
  const [code] = (await exited) as [number | null];
  return code;
}

export function startServerProcess(environment: Record<string, string>): Promise<RunningProgram> {
  return startProgram('apps/server/dist/main.js', {
    ready: /PixSim7 runs at (http:\S+)/u,
    environment: { PORT: '0', LOG_LEVEL: 'warn', ...environment },
  });
}

export function startEmulatorProcess(
  stateDirectory: string,
  more: readonly string[] = [],
): Promise<RunningProgram> {
  return startProgram('packages/emulators/dist/main.js', {
    ready: /(http:\/\/127\.0\.0\.1:\d+)/u,
    arguments: ['--port', '0', '--provider', 'pixverse', '--state-dir', stateDirectory, ...more],
  });
}
