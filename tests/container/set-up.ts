import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { report } from '../support/report.ts';
import { ensureBaseImage } from './base-image.ts';
import { connectDocker } from './docker.ts';
import type { EngineEnvironment } from './docker.ts';
import { NoEngineError, openEngine } from './engine.ts';
import type { Engine } from './engine.ts';

export interface BuiltImage {
  readonly environment: EngineEnvironment;
  readonly image: string;
  readonly baseImage: string;
  /** Our own engine: what is made in it goes with it. */
  readonly ownEngine: boolean;
}

declare module 'vitest' {
  export interface ProvidedContext {
    /** A sentence why there is none. */
    container: BuiltImage | { readonly missing: string };
  }
}

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Makes the engine, the base image and the image, once for all files. What it returns takes them away again. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  try {
    const { built, close } = await build();
    project.provide('container', built);
    return close;
  } catch (error) {
    if (!(error instanceof NoEngineError) || process.env['REQUIRE_CONTAINER'] === '1') {
      throw error;
    }
    report(`container: SKIPPED, ${error.message}. With REQUIRE_CONTAINER=1 this is a failure.`);
    project.provide('container', { missing: error.message });
    return undefined;
  }
}

async function build(): Promise<{ built: BuiltImage; close: () => Promise<void> }> {
  const clock = startClock();
  const engine = await openEngine(report);
  try {
    const docker = connectDocker(engine.environment);
    report(
      `container: engine ${await docker('info', '--format', '{{.ServerVersion}}, {{.Driver}}')}, ${clock()}.`,
    );
    const baseImage = await baseOfDockerfile();
    const origin = await ensureBaseImage(engine, baseImage);
    const node = await docker('run', '--rm', '--network', 'none', baseImage, 'node', '--version');
    report(`container: base image ${baseImage} (${origin}, Node.js ${node}), ${clock()}.`);
    const image = `pixsim7-test-${process.pid}`;
    await docker('build', '--network', 'host', '--tag', image, root);
    report(`container: image built, ${clock()}.`);
    return {
      built: { environment: engine.environment, image, baseImage, ownEngine: engine.folder !== null },
      close: () => takeAway(engine, image),
    };
  } catch (error) {
    await engine.close();
    throw error;
  }
}

async function takeAway(engine: Engine, image: string): Promise<void> {
  if (engine.folder === null) {
    await connectDocker(engine.environment)('image', 'rm', '--force', image);
  }
  await engine.close();
}

async function baseOfDockerfile(): Promise<string> {
  const text = await readFile(new URL('../../Dockerfile', import.meta.url), 'utf8');
  const names = new Set([...text.matchAll(/^FROM (\S+)/gmu)].map(([, name]) => name ?? ''));
  const [name = '', ...others] = names;
  if (others.length > 0) {
    throw new Error(`Both stages have to stand on the same image, not on ${[...names].join(' and ')}.`);
  }
  return name;
}

/** Says how long it was since it was last asked. */
function startClock(): () => string {
  let last = performance.now();
  return () => {
    const passed = performance.now() - last;
    last += passed;
    return `${Math.round(passed / 1_000)} s`;
  };
}
