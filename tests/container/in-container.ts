import { mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Docker } from './docker.ts';

/** The options that docs/guides/production.md tells an operator to use. */
export const megabytes = 512;
export const confined = [
  '--read-only',
  '--tmpfs',
  '/tmp',
  '--memory',
  `${megabytes}m`,
  '--memory-swap',
  `${megabytes}m`,
  '--cap-drop',
  'ALL',
  '--security-opt',
  'no-new-privileges',
] as const;

/** One process of a container as the machine sees it. */
export interface Process {
  readonly state: string;
  readonly residentMegabytes: number;
  readonly command: string;
}

export async function processes(docker: Docker, container: string): Promise<Process[]> {
  const [, ...lines] = (await docker('top', container, '-eo', 'pid,stat,rss,args')).split('\n');
  return lines.map((line) => {
    const [, state = '', kilobytes = '', ...command] = line.trim().split(/\s+/u);
    return { state, residentMegabytes: Number(kilobytes) / 1_024, command: command.join(' ') };
  });
}

/** Looks at the memory of a container until it ends, or until `stop`. */
export function watchMemory(docker: Docker, container: string): { stop(): Promise<number> } {
  let peak = 0;
  const stopped = new AbortController();
  const watch = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      const found = await processes(docker, container).catch(() => []);
      peak = Math.max(
        peak,
        found.reduce((sum, { residentMegabytes }) => sum + residentMegabytes, 0),
      );
      await sleep(250);
    }
  };
  const done = watch();
  return {
    async stop() {
      stopped.abort();
      await done;
      return Math.round(peak);
    },
  };
}

/** Whether the engine holds a container to its limit. Not without the memory controller of the kernel. */
export async function limitsMemory(docker: Docker): Promise<boolean> {
  return (await docker('info', '--format', '{{.MemoryLimit}}')) === 'true';
}

/** @param template such as `{{.State.ExitCode}}` */
export async function inspect(docker: Docker, container: string, template: string): Promise<string> {
  return docker('inspect', '--format', template, container);
}

/** A folder of the container on this machine, also from a volume, and also when the engine is elsewhere. */
export async function copyOut(docker: Docker, container: string, folder: string): Promise<string> {
  const target = join(await mkdtemp(join(tmpdir(), 'pixsim7-container-')), 'copy');
  await docker('cp', `${container}:${folder}`, target);
  return target;
}

export async function untilHealthy(docker: Docker, container: string): Promise<void> {
  for (let asked = 0; asked < 240; asked += 1) {
    const state = await inspect(docker, container, '{{.State.Status}} {{.State.Health.Status}}');
    if (state === 'running healthy') {
      return;
    }
    if (!state.startsWith('running')) {
      break;
    }
    await sleep(500);
  }
  throw new Error(`${container} did not get healthy:\n${await docker('logs', container)}`);
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return typeof address === 'object' && address !== null ? address.port : 0;
}
