import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from './child-server.ts';
import type { PostgresServer } from './postgres-server.ts';
import { chooseServerAccount } from './server-account.ts';
import { startWatchdog } from './watchdog.ts';

/** A connection to PostgreSQL goes to another client after its own has left, or after each transaction. */
export type PoolMode = 'session' | 'transaction';

/** A real PgBouncer in front of a PostgreSQL, on a loopback port. */
export interface PgbouncerServer {
  /** The URL of a database through it, with the user of the PostgreSQL server. */
  url(database?: string): string;
  close(): Promise<void>;
}

export interface PgbouncerOptions {
  readonly mode: PoolMode;
  /** Connections to PostgreSQL for each user and database. 15 when left out: a server has 10, its health and doctor one. */
  readonly poolSize?: number;
}

const startTimeoutMs = 15_000;

/** Debian keeps it where only an administrator's PATH leads. */
const candidates = ['pgbouncer', '/usr/sbin/pgbouncer'];

export function findPgbouncer(): string | null {
  return candidates.find((binary) => spawnSync(binary, ['--version']).status === 0) ?? null;
}

const cleanUp = `pid=$(cat "$1/pgbouncer.pid" 2>/dev/null) && kill -KILL "$pid"; rm -rf "$1"`;

/** Starts a PgBouncer; null when there is none on this machine. It ends with this process, also when that is killed. */
export async function startPgbouncer(
  postgres: PostgresServer,
  { mode, poolSize = 15 }: PgbouncerOptions,
): Promise<PgbouncerServer | null> {
  const binary = findPgbouncer();
  if (binary === null) {
    return null;
  }
  const account = chooseServerAccount();
  const folder = await mkdtemp(join(tmpdir(), 'pixsim7-pgbouncer-'));
  const watchdog = startWatchdog(cleanUp, [folder]);
  const port = await findFreePort();
  const { port: postgresPort, username, password } = new URL(postgres.url());
  await writeFile(join(folder, 'users.txt'), `"${username}" "${password}"\n`);
  await writeFile(
    join(folder, 'pgbouncer.ini'),
    [
      '[databases]',
      `* = host=127.0.0.1 port=${postgresPort}`,
      '[pgbouncer]',
      'listen_addr = 127.0.0.1',
      `listen_port = ${port}`,
      'unix_socket_dir =',
      'auth_type = scram-sha-256',
      `auth_file = ${join(folder, 'users.txt')}`,
      `pidfile = ${join(folder, 'pgbouncer.pid')}`,
      `pool_mode = ${mode}`,
      `default_pool_size = ${poolSize}`,
      // A server that was away is tried again after 15 s unless told.
      'server_login_retry = 1',
      '',
    ].join('\n'),
  );
  if (account.uid !== undefined && account.gid !== undefined) {
    await chown(folder, account.uid, account.gid);
  }
  const child = spawn(binary, [join(folder, 'pgbouncer.ini')], {
    ...account,
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const close = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    }
    await watchdog.dismiss();
  };
  try {
    await untilReady(child);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    url: (database = 'postgres') => {
      const url = new URL(postgres.url(database));
      url.port = String(port);
      return url.href;
    },
    close,
  };
}

function untilReady(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let log = '';
    const fail = (reason: string): void => {
      clearTimeout(timer);
      reject(new Error(`PgBouncer ${reason}:\n${log}`));
    };
    const timer = setTimeout(() => fail('did not get ready in time'), startTimeoutMs);
    child.once('error', (error) => fail(`did not start (${error.message})`));
    child.once('exit', (code) => fail(`ended with ${code}`));
    // Read to the end of its life: a server whose log nobody reads stops at a full pipe.
    child.stderr?.on('data', (chunk: Buffer) => {
      log = (log + chunk.toString('utf8')).slice(-10_000);
      if (!log.includes('process up')) {
        return;
      }
      clearTimeout(timer);
      resolve();
    });
  });
}
