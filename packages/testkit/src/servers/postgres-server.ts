import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chown, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findFreePort } from './child-server.ts';
import { findPostgresInstallations } from './postgres-installations.ts';
import type { PostgresInstallation } from './postgres-installations.ts';
import { chooseServerAccount } from './server-account.ts';
import type { ServerAccount } from './server-account.ts';
import { startWatchdog } from './watchdog.ts';

/** A real PostgreSQL of the test's own, on a loopback port, with its data in a temporary folder. */
export interface PostgresServer {
  /** The major version. */
  readonly version: number;
  readonly password: string;
  /** Everything that it keeps on disk. */
  readonly folder: string;
  /** The process that starts all others of it; null while it is stopped. */
  pid(): number | null;
  /** The URL of a database for its superuser; `postgres` is there from the start and empty. */
  url(database?: string): string;
  /** Starts it again after `stop` or `kill`, on the same port and with the same data. */
  start(): Promise<void>;
  /** Ends it as an operator does: open connections are cut, data is written. */
  stop(): Promise<void>;
  restart(): Promise<void>;
  /** Ends it as a crash does: nothing is finished, and the next start has to recover. */
  kill(): Promise<void>;
  /** Ends it and removes its data. */
  close(): Promise<void>;
}

/** The parts of a server that stay the same over its lives. */
interface Cluster {
  readonly installation: PostgresInstallation;
  readonly account: ServerAccount;
  readonly folder: string;
  readonly port: number;
  readonly password: string;
  readonly settings: PostgresSettings;
}

/** Settings of the server by their names in `postgresql.conf`. */
export type PostgresSettings = Readonly<Record<string, string>>;

const superuser = 'administrator';

/** Longer than a start with recovery takes on a slow machine; a server that is not ready by then never will be. */
const startTimeoutMs = 30_000;
const stopTimeoutMs = 15_000;

const serverSettings: PostgresSettings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  // A crash of the server loses nothing without it, and no test cuts the power.
  fsync: 'off',
  shared_buffers: '16MB',
  max_connections: '60',
  // A second unless told; tests that make a deadlock wait for it.
  deadlock_timeout: '100ms',
};

/**
 * Ends a server whose folder is `$1` and removes the folder. SIGQUIT is the end that waits for no client. The wait is
 * counted, because a process that nobody reaps never seems to be gone.
 */
const cleanUp = `
  pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null) && kill -QUIT "$pid" && left=50
  while [ "\${left:-0}" -gt 0 ] && kill -0 "$pid" 2>/dev/null; do left=$((left - 1)); sleep 0.1; done
  rm -rf "$1"`;

/**
 * Starts a PostgreSQL; null when there is none on this machine.
 *
 * It ends with this process, also when that is killed.
 *
 * @param settings go before what tests need
 */
export async function startPostgresServer(
  installation: PostgresInstallation | undefined = findPostgresInstallations().at(-1),
  settings: PostgresSettings = {},
): Promise<PostgresServer | null> {
  if (installation === undefined) {
    return null;
  }
  const account = chooseServerAccount();
  const folder = await mkdtemp(join(tmpdir(), 'pixsim7-postgres-'));
  const watchdog = startWatchdog(cleanUp, [folder]);
  const password = randomBytes(12).toString('hex');
  const port = await findFreePort();
  const cluster: Cluster = { installation, account, folder, port, password, settings };
  let running: ChildProcess | null = null;

  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (running !== null) {
      await endProcess(running, signal);
    }
    running = null;
  };
  const server: PostgresServer = {
    version: installation.version,
    password,
    folder,
    pid: () => running?.pid ?? null,
    url: (database = 'postgres') =>
      `postgres://${superuser}:${password}@127.0.0.1:${cluster.port}/${database}`,
    async start() {
      running ??= await startProcess(cluster);
    },
    stop: () => end('SIGINT'),
    async restart() {
      await server.stop();
      await server.start();
    },
    kill: () => end('SIGQUIT'),
    async close() {
      await server.kill();
      await watchdog.dismiss();
    },
  };
  try {
    await createData(cluster);
    await server.start();
    return server;
  } catch (error) {
    await server.close();
    throw error;
  }
}

async function createData({ installation, account, folder, password }: Cluster): Promise<void> {
  const passwordFile = join(folder, 'password');
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (account.uid !== undefined && account.gid !== undefined) {
    await chown(passwordFile, account.uid, account.gid);
    await chown(folder, account.uid, account.gid);
  }
  const settings = [
    `--pgdata=${join(folder, 'data')}`,
    `--username=${superuser}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--no-sync',
  ];
  await promisify(execFile)(join(installation.binaries, 'initdb'), settings, {
    ...account,
    cwd: folder,
    timeout: startTimeoutMs,
  });
}

/** Resolves when the server takes connections. */
async function startProcess({
  installation,
  account,
  folder,
  port,
  ...cluster
}: Cluster): Promise<ChildProcess> {
  const settings = Object.entries({ ...serverSettings, ...cluster.settings, port }).flatMap(
    ([name, value]) => ['-c', `${name}=${value}`],
  );
  const child = spawn(join(installation.binaries, 'postgres'), ['-D', join(folder, 'data'), ...settings], {
    ...account,
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
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
      reject(new Error(`PostgreSQL ${reason}:\n${log}`));
    };
    const timer = setTimeout(() => fail('did not get ready in time'), startTimeoutMs);
    child.once('error', (error) => fail(`did not start (${error.message})`));
    child.once('exit', (code) => fail(`ended with ${code}`));
    // Read to the end of its life: a server whose log nobody reads stops at a full pipe.
    child.stderr?.on('data', (chunk: Buffer) => {
      log = (log + chunk.toString('utf8')).slice(-10_000);
      if (!/database system is ready to accept (?:read-only )?connections/u.test(log)) {
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
  const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
  child.kill(signal);
  await exited;
  clearTimeout(timer);
}
