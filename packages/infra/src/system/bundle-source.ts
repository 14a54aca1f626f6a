import { createHash } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** The part of esbuild that is used. It is there wherever the sources are: the tools of the whole repository bring it. */
interface Bundler {
  build(options: object): Promise<{ readonly outputFiles: readonly { readonly contents: Uint8Array }[] }>;
}

/**
 * Makes a JavaScript program of a TypeScript one, for a process or a thread that Node.js starts by itself. It is written
 * where its imports resolve as those of the sources do, under a name that changes with its content.
 */
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
  const folder = fileURLToPath(new URL('../../node_modules/.cache/programs/', import.meta.url));
  const path = `${folder}${createHash('sha256').update(code).digest('hex').slice(0, 16)}.mjs`;
  const unfinished = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  await mkdir(folder, { recursive: true });
  await writeFile(unfinished, code);
  await rename(unfinished, path);
  return path;
}
