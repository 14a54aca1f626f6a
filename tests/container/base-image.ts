import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commandLine, connectDocker, succeeds } from './docker.ts';
import type { Docker } from './docker.ts';
import { NoEngineError } from './engine.ts';
import type { Engine } from './engine.ts';

const fill = fileURLToPath(new URL('stand-ins/fill-base.sh', import.meta.url));

/** Whether the image is here, or came from where images come from. A machine without a way there says so within seconds. */
export async function hasImage(docker: Docker, environment: Engine['environment'], image: string) {
  const pull = commandLine('docker', environment, { timeout: 60_000 });
  return (
    (await succeeds(docker('image', 'inspect', image))) || (await succeeds(pull('pull', '--quiet', image)))
  );
}

/**
 * The image that the Dockerfile stands on. Where it cannot be had it is made: Debian's smallest, with the Node.js release
 * that the name asks for. The result carries the package settings of this machine, so it stays in the engine of the tests.
 *
 * @throws NoEngineError
 */
export async function ensureBaseImage(engine: Engine, image: string): Promise<'as published' | 'a stand-in'> {
  const docker = connectDocker(engine.environment);
  if (await hasImage(docker, engine.environment, image)) {
    return 'as published';
  }
  if (engine.folder === null) {
    throw new NoEngineError(`${image} cannot be pulled, and a stand-in has no place in an engine of yours`);
  }
  const parts = join(engine.folder, 'base');
  await mkdir(parts);
  const debian =
    /^VERSION_CODENAME=(\w+)$/mu.exec(await readFile('/etc/os-release', 'utf8'))?.[1] ?? 'stable';
  const major = /:(\d+)/u.exec(image)?.[1] ?? '';
  const root = join(parts, 'root.tar');
  const environment = { NODE_PROGRAM: await findNode(major, parts), NPM_FOLDER: await findNpm() };
  const bootstrap = commandLine('mmdebstrap', environment);
  await bootstrap(
    '--quiet',
    '--variant=apt',
    '--include=passwd',
    `--customize-hook=${fill}`,
    debian,
    root,
    ...(await packageSources()),
  );
  const registry = await commandLine('npm', {})('config', 'get', 'registry');
  await docker(
    'import',
    '--change',
    'ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt',
    '--change',
    `ENV NPM_CONFIG_REGISTRY=${registry}`,
    root,
    image,
  );
  await rm(parts, { recursive: true });
  return 'a stand-in';
}

async function packageSources(): Promise<string[]> {
  const folder = '/etc/apt/sources.list.d';
  const names = existsSync(folder) ? await readdir(folder) : [];
  const files = names
    .filter((name) => /^debian\.(?:sources|list)$/u.test(name))
    .map((name) => join(folder, name));
  return existsSync('/etc/apt/sources.list') ? ['/etc/apt/sources.list', ...files] : files;
}

/** This machine's Node.js when it is of that release, and otherwise the newest of it from the package registry. */
async function findNode(major: string, folder: string): Promise<string> {
  if (process.versions.node.startsWith(`${major}.`)) {
    return process.execPath;
  }
  const shell = commandLine('sh', {}, { cwd: folder });
  const name = `node-linux-${process.arch}@${major}`;
  await shell('-c', `tar --extract --gzip --file "$(npm pack --silent ${name} | tail -1)" package/bin/node`);
  return join(folder, 'package/bin/node');
}

async function findNpm(): Promise<string> {
  return join(await commandLine('npm', {})('root', '--global'), 'npm');
}
