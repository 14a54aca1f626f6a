import { createHash } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** Path of the program of a child, as JavaScript. */
export type ChildProgram = () => Promise<string>;

/** The part of esbuild that is used. It is there wherever the sources are: the tools of the whole repository bring it. */
interface Bundler {
  build(options: object): Promise<{ readonly outputFiles: readonly { readonly contents: Uint8Array }[] }>;
}

let bundled: Promise<string> | null = null;

/** The program next to this one. Run from the sources, as the tests are, it is bundled first: Node.js 20 runs no TypeScript. */
export const readingProgram: ChildProgram = () => {
  if (import.meta.url.endsWith('.js')) {
    return Promise.resolve(fileURLToPath(new URL('../child/main.js', import.meta.url)));
  }
  bundled ??= bundleSource(fileURLToPath(new URL('../child/main.ts', import.meta.url)));
  return bundled;
};

/** Writes the bundle where its imports resolve as those of the sources do, under a name that changes with its content. */
export async function bundleSource(entry: string): Promise<string> {
  const bundler = createRequire(import.meta.url)('esbuild') as Bundler;
  const { outputFiles } = await bundler.build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
  });
  const code = outputFiles[0]?.contents ?? new Uint8Array();
  const folder = fileURLToPath(new URL('../../../node_modules/.cache/media/', import.meta.url));
  const path = `${folder}${createHash('sha256').update(code).digest('hex').slice(0, 16)}.mjs`;
  const unfinished = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  await mkdir(folder, { recursive: true });
  await writeFile(unfinished, code);
  await rename(unfinished, path);
  return path;
}
