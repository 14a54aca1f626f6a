import { readFileSync } from 'node:fs';

const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

/** The ts blocks of the README, each under the heading it stands under; a heading has one block at most. */
export function readmeBlocks(): Map<string, string> {
  const blocks = new Map<string, string>();
  for (const section of README.split(/^## /m).slice(1)) {
    const heading = section.slice(0, section.indexOf('\n'));
    for (const [, code] of section.matchAll(/```ts\n(.*?)```/gs)) {
      if (code === undefined || blocks.has(heading)) {
        throw new Error(`README: more than one ts block under "${heading}"`);
      }
      blocks.set(heading, code);
    }
  }
  return blocks;
}
