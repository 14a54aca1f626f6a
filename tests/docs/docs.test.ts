import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  jobErrorCodes,
  jobStages,
  operationTypes,
  routeStates,
  troubleCodes,
  waitReasons,
  type Job,
} from '@pixsim7/contracts';
import { type RunningProgram, startServerProcess } from '@pixsim7/testkit/servers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { curlCommands } from './curl-command.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs'), { recursive: true })
    .map((path) => join('docs', String(path)))
    .filter((path) => path.endsWith('.md')),
];

describe('the README', () => {
  let server: RunningProgram;
  let directory = '';

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'pixsim7-docs-'));
    server = await startServerProcess({ DATA_DIR: directory, SANDBOX: 'on' });
  });

  afterAll(async () => {
    await server.terminate();
    await rm(directory, { recursive: true, force: true });
  });

  it('has API calls that work as they stand', async () => {
    const key = (await readFile(join(directory, 'api-key'), 'utf8')).trim();
    const commands = curlCommands(read('README.md'));
    expect(commands.map(({ method }) => method)).toEqual(['POST', 'GET']);
    let job: Job | null = null;
    for (const { path, method, headers, body } of commands) {
      const sent = new Headers(headers);
      expect(sent.get('authorization')).toBe('Bearer $(cat data/api-key)');
      sent.set('authorization', `Bearer ${key}`);
      const response = await fetch(`${server.ready}${path.replace('$JOB_ID', job?.id ?? '')}`, {
        method,
        headers: sent,
        body,
      });
      expect(response.status).toBe(method === 'POST' ? 201 : 200);
      job = (await response.json()) as Job;
    }
    expect(job).toMatchObject({ object: 'job', operation_type: 'text_to_video', provider_id: 'pixverse' });
  });

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
