import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../packages/core/src', import.meta.url));

/** From the ground up: a room imports from itself and from those below it. Rooms of one line do not know each other. */
const floors = [
  ['model'],
  ['ports'],
  ['rules'],
  ['views'],
  ['limits'],
  ['read', 'write', 'files'],
  ['admission'],
  ['steps'],
  ['background', 'inbound'],
  ['services'],
];

/** The dependencies that every room is given; the file is next to the rooms. */
const shared = 'dependencies.ts';

const files = readdirSync(root, { recursive: true })
  .map(String)
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'));

const roomOf = (path: string): string => path.split('/')[0] ?? '';
const floorOf = (path: string): number => floors.findIndex((rooms) => rooms.includes(roomOf(path)));

const importsOf = new Map(
  files.map((path) => [
    path,
    [...readFileSync(join(root, path), 'utf8').matchAll(/from '(\.[^']+)'/gu)].map((match) =>
      normalize(join(dirname(path), match[1] ?? '')),
    ),
  ]),
);

/** The files of a circle that this file is in; null when it is in none. */
function circleFrom(start: string): string[] | null {
  const visited = new Set<string>();
  const walk = (path: string, trail: readonly string[]): string[] | null => {
    for (const next of importsOf.get(path) ?? []) {
      if (next === start) {
        return [...trail, path, start];
      }
      if (visited.has(next)) {
        continue;
      }
      visited.add(next);
      const circle = walk(next, [...trail, path]);
      if (circle !== null) {
        return circle;
      }
    }
    return null;
  };
  return walk(start, []);
}

describe('the rooms of core', () => {
  it('are all on a floor', () => {
    const rooms = new Set(files.filter((path) => path.includes('/')).map(roomOf));
    expect([...rooms].sort()).toEqual(floors.flat().sort());
  });

  it('import nothing upward, and nothing from a room beside them', () => {
    const upward = [...importsOf].flatMap(([path, targets]) =>
      floorOf(path) === -1
        ? []
        : targets
            .filter((target) => target !== shared && roomOf(target) !== roomOf(path))
            .filter((target) => floorOf(target) === -1 || floorOf(target) >= floorOf(path))
            .map((target) => `${path} -> ${target}`),
    );
    expect(upward).toEqual([]);
  });

  it('have no circles of files', () => {
    expect(files.flatMap((path) => circleFrom(path)?.join(' -> ') ?? [])).toEqual([]);
  });
});
