import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const declaration = /^export (?:abstract )?(?:async )?(?:const|type|interface|function|class) (\w+)/u;

interface Exported {
  readonly name: string;
  readonly isDocumented: boolean;
}

function exportsOf(folder: string): Exported[] {
  return readdirSync(join(root, folder), { recursive: true })
    .map(String)
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts') && !path.includes('__tests__'))
    .flatMap((path) => {
      const lines = readFileSync(join(root, folder, path), 'utf8').split('\n');
      return lines.flatMap((line, index) => {
        const name = declaration.exec(line)?.[1];
        const isDocumented = (lines[index - 1] ?? '').trimEnd().endsWith('*/');
        return name === undefined ? [] : [{ name: `${path}: ${name}`, isDocumented }];
      });
    });
}

it.each(['packages/contracts/src', 'packages/pixverse/src'])(
  '%s documents 85 %% of what it exports',
  (folder) => {
    const exported = exportsOf(folder);
    const without = exported.filter(({ isDocumented }) => !isDocumented).map(({ name }) => name);
    expect(exported.length).toBeGreaterThan(100);
    // A failure shows the names that are beyond the allowed ones.
    expect(without.slice(Math.floor(exported.length * 0.15))).toEqual([]);
  },
);
