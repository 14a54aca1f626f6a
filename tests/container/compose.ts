import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hasImage } from './base-image.ts';
import { commandLine, connectDocker, succeeds } from './docker.ts';
import type { Docker } from './docker.ts';
import type { BuiltImage } from './set-up.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const standIns = fileURLToPath(new URL('stand-ins', import.meta.url));

/** Of docker-compose.yml. */
const serverImages = ['postgres:17', 'redis:7'] as const;

/** `docker compose` as a plug-in or `docker-compose` as a program, whichever is here. null: neither. */
export async function findCompose(environment: BuiltImage['environment']): Promise<Docker | null> {
  const docker = connectDocker(environment);
  if (await succeeds(docker('compose', 'version'))) {
    return (...args) => docker('compose', ...args);
  }
  const program = commandLine('docker-compose', environment);
  return (await succeeds(program('version'))) ? program : null;
}

/** Makes stand-ins of PostgreSQL and Redis where the published images cannot be had. Only in an engine of ours. */
export async function ensureServerImages(
  docker: Docker,
  built: BuiltImage,
): Promise<'published' | 'stand-ins'> {
  const missing: string[] = [];
  for (const image of serverImages) {
    if (!(await hasImage(docker, built.environment, image))) {
      missing.push(image);
    }
  }
  if (missing.length === 0) {
    return 'published';
  }
  if (!built.ownEngine) {
    throw new Error(
      `${missing.join(' and ')} cannot be pulled, and stand-ins have no place in an engine of yours.`,
    );
  }
  const tags = missing.flatMap((image) => ['--tag', image]);
  await docker('build', '--network', 'host', '--build-arg', `BASE=${built.baseImage}`, ...tags, standIns);
  return 'stand-ins';
}

export interface Project {
  readonly compose: Docker;
  /** The containers of a service. */
  containers(service: string): Promise<string[]>;
}

/** docker-compose.yml as it is, with what `more` adds, under a name of its own. Its secrets come from the environment. */
export async function openProject(
  folder: string,
  built: BuiltImage,
  secrets: Readonly<Record<string, string>>,
  more: unknown,
): Promise<Project> {
  const compose = await findCompose({ ...built.environment, ...secrets });
  if (compose === null) {
    throw new Error('Compose is missing: apt-get install docker-compose.');
  }
  const added = join(folder, 'compose.test.json');
  await writeFile(added, JSON.stringify(more));
  const name = `pixsim7test${process.pid}`;
  const docker = connectDocker(built.environment);
  const project: Docker = (...args) =>
    compose('--project-name', name, '--file', join(root, 'docker-compose.yml'), '--file', added, ...args);
  return {
    compose: project,
    async containers(service) {
      const labels = [`com.docker.compose.project=${name}`, `com.docker.compose.service=${service}`];
      const filters = labels.flatMap((label) => ['--filter', `label=${label}`]);
      const found = await docker('ps', '--all', '--quiet', ...filters);
      return found === '' ? [] : found.split('\n');
    },
  };
}
