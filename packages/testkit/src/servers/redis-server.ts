import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from './child-server.ts';
import { openRedisCommands } from './redis-commands.ts';
import type { RedisCommands } from './redis-commands.ts';
import { startWatchdog } from './watchdog.ts';

/** A real Redis of the test's own, on a loopback port. It keeps nothing on disk, so each start is an empty one. */
export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** Everything that it keeps on disk. */
  readonly folder: string;
  /** null while it is stopped. */
  pid(): number | null;
  /** Starts it again after `stop` or `kill`, on the same port. @param more settings of this life only */
  start(more?: RedisSettings): Promise<void>;
  /** Ends it as an operator does. */
  stop(): Promise<void>;
  restart(): Promise<void>;
  /** Ends it as a crash does. */
  kill(): Promise<void>;
  /** Connections stay open, and nothing answers until `thaw`. */
  freeze(): void;
  thaw(): void;
  flushAll(): Promise<void>;
  /**
   * Sends a command as the default user, on a connection that stays open while the server runs.
   *
   * @returns the answer as Redis wrote it
   * @throws when it is an error
   */
  command(...words: readonly string[]): Promise<string>;
  /** Ends it and removes its folder. */
  close(): Promise<void>;
}

/** Settings of the server by their names in `redis.conf`. */
export type RedisSettings = Readonly<Record<string, string>>;

const binary = 'redis-server';
/** Redis is ready within 100 ms, also on a slow machine within a few seconds. */
const startTimeoutMs = 15_000;

/** Ends a server whose folder is `$1` and removes the folder. */
const cleanUp = `pid=$(cat "$1/redis.pid" 2>/dev/null) && kill -KILL "$pid"; rm -rf "$1"`;

export function hasRedisServer(): boolean {
  return spawnSync(binary, ['--version']).status === 0;
}

/**
 * Starts the Redis of the PATH; null when there is none.
 *
 * It ends with this process, also when that is killed.
 *
 * @param given go before what tests need
 */
export async function startRedisServer(given: RedisSettings = {}): Promise<RedisServer | null> {
  if (!hasRedisServer()) {
    return null;
  }
  const folder = await mkdtemp(join(tmpdir(), 'pixsim7-redis-'));
  const watchdog = startWatchdog(cleanUp, [folder]);
  const port = await findFreePort();
  let running: ChildProcess | null = null;
  let commands: RedisCommands | null = null;

  const end = async (signal: NodeJS.Signals): Promise<void> => {
    commands?.close();
    commands = null;
    if (running !== null) {
      await endProcess(running, signal);
    }
    running = null;
    // Redis removes it only when it ends in peace, and the number may be another process's by and by.
    await rm(join(folder, 'redis.pid'), { force: true });
  };
  const server: RedisServer = {
    url: `redis://127.0.0.1:${port}`,
    port,
    folder,
    pid: () => running?.pid ?? null,
    async start(more = {}) {
      running ??= await startProcess(folder, port, { ...given, ...more });
    },
    stop: () => end('SIGTERM'),
    async restart() {
      await server.stop();
      await server.start();
    },
    kill: () => end('SIGKILL'),
    freeze: () => void running?.kill('SIGSTOP'),
    thaw: () => void running?.kill('SIGCONT'),
    flushAll: async () => {
      await server.command('FLUSHALL');
    },
    command: async (...words) => {
      commands ??= await openRedisCommands(port);
      return commands.send(words);
    },
    async close() {
      await server.kill();
      await watchdog.dismiss();
    },
  };
  try {
    await server.start();
    return server;
  } catch (error) {
    await server.close();
    throw error;
  }
}

/** Resolves when the server takes connections. */
async function startProcess(folder: string, port: number, given: RedisSettings): Promise<ChildProcess> {
  const settings: RedisSettings = {
    port: String(port),
    bind: '127.0.0.1',
    dir: folder,
    pidfile: join(folder, 'redis.pid'),
    save: '',
    appendonly: 'no',
    ...given,
  };
  const child = spawn(
    binary,
    Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  try {
    await untilReady(child);
    return child;
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

function untilReady(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let log = '';
    const fail = (reason: string): void => {
      clearTimeout(timer);
      reject(new Error(`Redis ${reason}:\n${log}`));
    };
    const timer = setTimeout(() => fail('did not get ready in time'), startTimeoutMs);
    child.once('error', (error) => fail(`did not start (${error.message})`));
    child.once('exit', (code) => fail(`ended with ${code}`));
    // Read to the end of its life: a server whose log nobody reads stops at a full pipe.
    child.stdout?.on('data', (chunk: Buffer) => {
      log = (log + chunk.toString('utf8')).slice(-10_000);
      if (!log.includes('Ready to accept connections')) {
        return;
      }
      clearTimeout(timer);
      resolve();
    });
  });
}

async function endProcess(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) {
    return;
  }
  const exited = once(child, 'exit');
  child.kill(signal);
  // A process that is frozen would hear of SIGTERM only when it goes on.
  child.kill('SIGCONT');
  await exited;
}
