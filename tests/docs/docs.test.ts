import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  jobErrorCodes,
  jobStages,
  operationTypes,
  routeStates,
  troubleCodes,
  waitReasons,
} from '@pixsim7/contracts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...['contracts', 'core', 'emulators', 'infra', 'pixverse', 'providers', 'testkit'].map(
    (name) => `packages/${name}/README.md`,
  ),
  'apps/server/README.md',
  ...readdirSync(join(root, 'docs'), { recursive: true })
    .map((path) => join('docs', String(path)))
    .filter((path) => path.endsWith('.md')),
];

describe('the README', () => {
  it('names commands that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = pages.flatMap((page) =>
      [...read(page).matchAll(/npm (?:run ([\w:-]+)|(start|test)\b)/gu)].map(
        (match) => match[1] ?? match[2] ?? '',
      ),
    );
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });
});

describe('the README', () => {
  it('leads to every guide and reference', () => {
    const linked = new Set([...read('README.md').matchAll(/\]\((docs\/[^)#]+)/gu)].map((match) => match[1]));
    const written = pages.filter((page) => /^docs\/(?:guides|reference)\//u.test(page));
    expect(written.filter((page) => !linked.has(page))).toEqual([]);
  });
});

describe('the pages', () => {
  it.each(pages)('%s has no dead link', (page) => {
    const links = [...read(page).matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/gu)].map((match) => match[1] ?? '');
    const missing = links.filter((link) => {
      try {
        readFileSync(resolve(root, dirname(page), link));
        return false;
      } catch (error) {
        return (error as NodeJS.ErrnoException).code === 'ENOENT';
      }
    });
    expect(missing).toEqual([]);
  });

  it('explain every word that a job can show', () => {
    const guide = read('docs/guides/jobs.md');
    const words = [
      ...operationTypes,
      ...waitReasons,
      ...routeStates,
      ...jobStages.filter((stage) => stage !== 'queued' && stage !== 'finished'),
    ];
    expect(words.filter((word) => !guide.includes(`\`${word}\``))).toEqual([]);
    expect(jobErrorCodes.filter((code) => !guide.includes(`\`${code}\``))).toEqual([]);
  });

  it('say what to do about every code of /health', () => {
    const guide = read('docs/guides/production.md');
    expect(troubleCodes.filter((code) => !guide.includes(`\n| \`${code}\``))).toEqual([]);
  });
});
