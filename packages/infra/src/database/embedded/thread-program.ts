import { fileURLToPath } from 'node:url';
import { bundleSource } from '../../system/bundle-source.ts';

/** Path of the program of the database's thread, as JavaScript. */
export type ThreadProgram = () => Promise<string>;

let bundled: Promise<string> | null = null;

/** The program next to this one. Run from the sources, as the tests are, it is bundled first: Node.js 20 runs no TypeScript. */
export const threadProgram: ThreadProgram = () => {
  if (import.meta.url.endsWith('.js')) {
    return Promise.resolve(fileURLToPath(new URL('./thread/main.js', import.meta.url)));
  }
  bundled ??= bundleSource(fileURLToPath(new URL('./thread/main.ts', import.meta.url)));
  return bundled;
};
