import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, open, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startWatchdog } from '@pixsim7/testkit/servers';
import { commandLine, connectDocker, succeeds } from './docker.ts';
import type { EngineEnvironment } from './docker.ts';

export interface Engine {
  readonly environment: EngineEnvironment;
  /** Ours, with its folder. null: it ran before, and goes on. */
  readonly folder: string | null;
  close(): Promise<void>;
}

/** No engine can be had here; the message says why. */
export class NoEngineError extends Error {
  override readonly name = 'NoEngineError';
}

/**
 * Ends the engine in `$1` with all that it runs, and takes the folder away: containers first, because what runs in them
 * would outlive the engine, then their networks, which are devices of this machine.
 */
const cleanUp = `
  folder=$1
  export DOCKER_HOST="unix://$folder/engine.sock"
  end() { [ -f "$1" ] || return 0; number=$(cat "$1"); kill "$number" 2>/dev/null
    for _ in $(seq 100); do kill -0 "$number" 2>/dev/null || return 0; sleep 0.1; done; kill -KILL "$number"; }
  if [ -f "$folder/pid" ]; then
    timeout 60 docker ps --all --quiet | xargs --no-run-if-empty timeout 60 docker rm --force --volumes
    timeout 20 docker network prune --force
  fi
  end "$folder/pid"
  end "$folder/exec/containerd/containerd.pid"
  awk -v below="$folder/" 'index($2, below) == 1 { print $2 }' /proc/mounts | sort -r | xargs --no-run-if-empty umount --lazy
  find /sys/fs/cgroup -depth -type d -path "*/$(basename "$folder")*" -exec rmdir {} +
  rm -rf "$folder"`;

/** The programs that an engine of our own needs, and the Debian package of each. */
const needed = {
  dockerd: 'docker.io',
  docker: 'docker.io',
  'docker-compose': 'docker-compose',
  mmdebstrap: 'mmdebstrap',
};

/** The engine that runs already, or one of our own. @throws NoEngineError */
export async function openEngine(report: (line: string) => void): Promise<Engine> {
  if (await succeeds(connectDocker({})('info'))) {
    report('container: uses the engine that runs here.');
    return { environment: {}, folder: null, close: async () => undefined };
  }
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) {
    throw new NoEngineError(
      'no Docker engine runs here, and one of our own can only be started by root on Debian',
    );
  }
  await installMissing(report);
  return startEngine();
}

async function installMissing(report: (line: string) => void): Promise<void> {
  const shell = commandLine('sh', { RUNLEVEL: '1', DEBIAN_FRONTEND: 'noninteractive' });
  const missing = new Set<string>();
  for (const [program, name] of Object.entries(needed)) {
    if (!(await succeeds(shell('-c', `command -v ${program}`)))) {
      missing.add(name);
    }
  }
  if (missing.size === 0) {
    return;
  }
  const names = [...missing].join(' ');
  report(`container: installs ${names} from Debian.`);
  const install = `apt-get update && apt-get install --yes --no-install-recommends ${names}`;
  await shell('-c', install).catch((error: unknown) => {
    throw new NoEngineError(`${names} could not be installed: ${String(error)}`);
  });
}

/**
 * An engine with a folder, a socket and networks of its own, beside nothing of this machine. It opens no firewall and
 * forwards nothing, so a container reaches the outside only with `--network host`.
 */
async function startEngine(): Promise<Engine> {
  const folder = await mkdtemp(join(tmpdir(), 'pixsim7-engine-'));
  const watchdog = startWatchdog(cleanUp, [folder]);
  const socket = `unix://${folder}/engine.sock`;
  await mkdir(join(folder, 'client'));
  const log = await open(join(folder, 'engine.log'), 'a');
  const engine = spawn(
    'dockerd',
    [
      '--data-root',
      join(folder, 'data'),
      '--exec-root',
      join(folder, 'exec'),
      '--host',
      socket,
      '--pidfile',
      join(folder, 'pid'),
      '--cgroup-parent',
      `/${basename(folder)}`,
      '--bridge=none',
      '--iptables=false',
      '--ip6tables=false',
      '--ip-forward=false',
      '--ip-masq=false',
    ],
    { stdio: ['ignore', log.fd, log.fd], detached: true },
  );
  const ended = new AbortController();
  engine.once('error', () => ended.abort());
  engine.once('exit', () => ended.abort());
  await log.close();
  const environment = {
    DOCKER_HOST: socket,
    // Neither a helper for passwords nor a mirror of somebody's own settings.
    DOCKER_CONFIG: join(folder, 'client'),
    // The builder that is part of the engine. The newer one is a program more, which Debian 12 does not have.
    DOCKER_BUILDKIT: '0',
  };
  const docker = connectDocker(environment);
  for (let asked = 0; asked < 240 && !ended.signal.aborted; asked += 1) {
    if (await succeeds(docker('info', '--format', '{{.ServerVersion}}'))) {
      engine.unref();
      return { environment, folder, close: () => watchdog.dismiss() };
    }
    await sleep(250);
  }
  const lines = (await readFile(join(folder, 'engine.log'), 'utf8')).trim().split('\n').slice(-5);
  await watchdog.dismiss();
  throw new NoEngineError(`the engine did not start:\n${lines.join('\n')}`);
}
