import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** Every variable that the reference, which is generated from the code, knows. */
const settings = new Set(
  [...read('docs/reference/configuration.md').matchAll(/^\| `([A-Z_]+)` \|/gmu)].map(([, name]) => name),
);
/** Variables of the other images, and of Node itself. */
const foreign = new Set(['POSTGRES_USER', 'POSTGRES_PASSWORD', 'POSTGRES_DB', 'NODE_ENV']);

const names = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, name]) => name ?? '');
const unknown = (found: readonly string[]): string[] =>
  found.filter((name) => !settings.has(name) && !foreign.has(name));

const compose = read('docker-compose.yml');
const dockerfile = read('Dockerfile');
const example = read('.env.example');

it('the reference is read', () => {
  expect(settings.size).toBeGreaterThan(10);
  expect([...settings]).toContain('DATABASE_URL');
});

describe('docker-compose.yml', () => {
  const set = names(compose, /^\s+([A-Z][A-Z_]+):/gmu);
  const filledIn = names(compose, /\$\{([A-Z_]+)/gu);

  it('sets nothing that the server does not know', () => {
    expect(set.length).toBeGreaterThan(8);
    expect(unknown(set)).toEqual([]);
  });

  it('asks for nothing that the example file does not name', () => {
    const named = names(example, /^#? ?([A-Z_]+)=/gmu);
    expect(unknown(named)).toEqual([]);
    expect(filledIn.filter((name) => !named.includes(name))).toEqual([]);
  });

  it('holds no secret, and refuses to start without them', () => {
    for (const name of ['API_KEY', 'SECRET_KEY', 'POSTGRES_PASSWORD']) {
      expect(compose).toContain(`\${${name}:?`);
      expect(example).toMatch(new RegExp(`^${name}=$`, 'mu'));
    }
  });

  it('gives running steps the time that the server promises them', () => {
    const graceMs = Number(
      /const graceMs = ([\d_]+);/u.exec(read('apps/server/src/main.ts'))?.[1]?.replaceAll('_', ''),
    );
    const stopSeconds = Number(/^x-server:[\s\S]*?stop_grace_period: (\d+)s/mu.exec(compose)?.[1]);
    expect(stopSeconds * 1_000).toBeGreaterThan(graceMs);
  });

  it('has a Redis that throws nothing away', () => {
    expect(compose).toContain("'--maxmemory-policy', 'noeviction'");
    expect(compose).toContain("'--appendonly', 'yes'");
  });
});

describe('the Dockerfile', () => {
  it('sets nothing that the server does not know', () => {
    const set = names(dockerfile.replaceAll(/^ENV /gmu, ' '), / ([A-Z_]+)=/gu);
    expect(set).toEqual(['NODE_ENV', 'HOST', 'PORT', 'DATA_DIR']);
    expect(unknown(set)).toEqual([]);
  });

  it('copies files that exist and that its ignore file lets through', () => {
    const ignored = read('.dockerignore');
    const copied = names(dockerfile, /^COPY (?!--)(.+) \S+$/gmu).flatMap((files) => files.split(' '));
    expect(copied.length).toBeGreaterThan(4);
    for (const path of copied) {
      expect(existsSync(join(root, path))).toBe(true);
      expect(ignored).toContain(`\n!${path}\n`);
    }
  });

  it('starts the program that `npm start` starts, as a user without rights', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const program = /CMD \["node", (?:"--[\w-]+", )*"([^"]+)"\]/u.exec(dockerfile)?.[1] ?? 'none';
    expect(scripts['start']).toContain(program);
    expect(dockerfile.indexOf('USER node')).toBeLessThan(dockerfile.indexOf('ENTRYPOINT'));
    expect(dockerfile).toContain('USER node');
  });
});
