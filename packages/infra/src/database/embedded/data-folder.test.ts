import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { transformSync } from 'esbuild';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runChild } from '../../system/run-child.ts';
import { describeEnding, describeSystemError, ensureDataFolder } from './data-folder.ts';
import { mayBeAlive, currentProcessIdentity } from './process-identity.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pixsim7-creation-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const ending = { code: 1, signal: null, timedOut: false, complaint: '' } as const;
const plenty = 1e9;

describe('a creation that fails', () => {
  it.each([
    [{ ...ending, complaint: 'Error: ENOSPC: no space left' }, plenty, 'the disk is full: 1000 MB are free'],
    [ending, 1e6, 'the disk is full: 1 MB are free, 101 MB are needed.'],
    [{ ...ending, code: null, signal: 'SIGKILL' as const }, plenty, 'because memory ran out'],
    [{ ...ending, timedOut: true }, plenty, 'longer than two minutes'],
    [
      { ...ending, complaint: 'file:1\n\nTypeError: no such thing\n    at x' },
      plenty,
      'failed: TypeError: no such thing',
    ],
    [ending, plenty, 'it gave no reason'],
  ])('names its cause', (how, free, words) => {
    expect(describeEnding(how, free)).toContain(words);
  });

  it('tells missing rights, a read-only disk and a file in the way apart', () => {
    const of = (code: string): string => describeSystemError(Object.assign(new Error(code), { code }), root);
    expect(of('EACCES')).toMatch(/is not allowed to write to/);
    expect(of('EROFS')).toBe(`the file system of ${root} is read-only.`);
    expect(of('ENOSPC')).toBe(`the disk of ${root} is full.`);
    expect(describeSystemError(new Error('something else'), root)).toBe('something else');
  });

  it('says what is in the way, and leaves it alone', async () => {
    writeFileSync(join(root, 'file'), '');
    await expect(ensureDataFolder(join(root, 'file', 'database'))).rejects.toThrow('is not a folder.');
    mkdirSync(join(root, 'database'));
    writeFileSync(join(root, 'database', 'thesis.txt'), 'mine');
    await expect(ensureDataFolder(join(root, 'database'))).rejects.toThrow('holds other files');
    expect(readdirSync(root).sort()).toEqual(['database', 'file']);
  });
});

describe('a template', () => {
  it('is copied, and what nobody but this user may read is made of it', async () => {
    const template = join(root, 'template');
    mkdirSync(join(template, 'base'), { recursive: true });
    writeFileSync(join(template, 'PG_VERSION'), '18');
    writeFileSync(join(template, 'base', '1'), 'rows');
    for (const [path, mode] of [
      ['', 0o755],
      ['base', 0o755],
      ['PG_VERSION', 0o644],
      ['base/1', 0o644],
    ] as const) {
      chmodSync(join(template, path), mode);
    }

    const directory = join(root, 'data', 'database');
    await ensureDataFolder(directory, template);

    expect(readFileSync(join(directory, 'base', '1'), 'utf8')).toBe('rows');
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(statSync(join(directory, 'base')).mode & 0o777).toBe(0o700);
    expect(statSync(join(directory, 'base', '1')).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(root, 'data'))).toEqual(['database']);
  });
});

describe('runChild', () => {
  it('tells how the program ended, and the last of what it complained about', async () => {
    const complaining = `console.error('x'.repeat(20_000) + process.argv[1]); process.exit(3);`;
    const ended = await runChild(complaining, ['the end'], { timeoutMs: 60_000 });
    expect(ended).toMatchObject({ code: 3, signal: null, timedOut: false });
    expect(ended.complaint).toMatch(/x the end\n$|xthe end\n$/u);
    expect(ended.complaint.length).toBeLessThanOrEqual(8_000);
  });

  it('ends one that takes too long', async () => {
    const ended = await runChild('for (;;);', [], { timeoutMs: 500 });
    expect(ended).toMatchObject({ code: null, signal: 'SIGKILL', timedOut: true });
  });

  it('ends the program with its parent, also when both compute without a pause', async () => {
    const built = join(root, 'run-child.mjs');
    const source = readFileSync(new URL('../../system/run-child.ts', import.meta.url), 'utf8');
    writeFileSync(built, transformSync(source, { loader: 'ts', format: 'esm' }).code);
    const module = pathToFileURL(built).href;
    const parentText = `
      const { runChild } = await import(${JSON.stringify(module)});
      runChild('const { writeFileSync } = await import("node:fs"); writeFileSync(process.argv[1], String(process.pid)); for (;;);', [process.argv[1]], { timeoutMs: 60000 });
    `;
    const note = join(root, 'child.pid');
    const parent = spawn(process.execPath, ['--input-type=module', '--eval', parentText, note], {
      stdio: 'ignore',
    });
    const child = await untilNoted(note);
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    const identity = { ...currentProcessIdentity(), pid: child, startTicks: null };
    for (let looks = 0; looks < 200 && mayBeAlive(identity); looks += 1) {
      await wait(25);
    }
    expect(mayBeAlive(identity)).toBe(false);
  });
});

async function untilNoted(path: string): Promise<number> {
  for (let looks = 0; looks < 800; looks += 1) {
    try {
      const pid = Number(readFileSync(path, 'utf8'));
      if (pid > 0) {
        return pid;
      }
    } catch {
      // Not started yet.
    }
    await wait(25);
  }
  throw new Error('The child did not start.');
}
