import { fileURLToPath } from 'node:url';
import { bundleSource } from '../../system/bundle-source.ts';

/** Path of the program of a child, as JavaScript. */
export type ChildProgram = () => Promise<string>;

let bundled: Promise<string> | null = null;

/** The program next to this one. Run from the sources, as the tests are, it is bundled first: Node.js 20 runs no TypeScript. */
export const readingProgram: ChildProgram = () => {
  if (import.meta.url.endsWith('.js')) {
    return Promise.resolve(fileURLToPath(new URL('../child/main.js', import.meta.url)));
  }
  bundled ??= bundleSource(fileURLToPath(new URL('../child/main.ts', import.meta.url)));
  return bundled;
};
