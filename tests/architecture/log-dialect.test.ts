import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

// One dialect: a log sentence begins small and has no full stop, and its fields are in snake case as those of the API are.

const call =
  /\blogger(?:\??\.)(?:debug|info|warn|error)\(\s*(\{[^{}]*\}|\w+(?:\([^)]*\))?),\s*'((?:[^'\\]|\\.)*)'/gu;

const sources = ['packages', 'apps'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true })
    .map((path) => join(folder, String(path)))
    .filter((path) => /^\w+\/[\w-]+\/src\/.*(?<!\.test)\.ts$/u.test(path)),
);

const calls = sources.flatMap((path) =>
  [...readFileSync(join(root, path), 'utf8').matchAll(call)].map(([, fields = '', sentence = '']) => ({
    path,
    fields,
    sentence,
  })),
);

it('is seen at all', () => {
  expect(calls.length).toBeGreaterThan(40);
});

it('sentences begin small and end without a full stop', () => {
  expect(calls.filter(({ sentence }) => !/^[a-z].*[^.]$/u.test(sentence))).toEqual([]);
});

it('fields are in snake case', () => {
  const names = (fields: string): string[] =>
    fields.startsWith('{')
      ? fields
          .slice(1, -1)
          .replaceAll(/\([^()]*\)/gu, '')
          .split(',')
          .map((field) => field.split(':')[0]?.trim() ?? '')
          .filter((name) => name !== '' && !name.startsWith('...'))
      : [];
  const wrong = calls.flatMap(({ fields, path }) =>
    names(fields)
      .filter((name) => !/^[a-z][a-z0-9_]*$/u.test(name))
      .map((name) => `${path}: ${name}`),
  );
  expect(wrong).toEqual([]);
});
