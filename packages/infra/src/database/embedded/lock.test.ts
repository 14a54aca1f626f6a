import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EmbeddedDatabaseLockedError, findHolder, lockDirectory } from './lock.ts';
import { currentProcessIdentity } from './process-identity.ts';
import type { ProcessIdentity } from './process-identity.ts';

let root: string;
let directory: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pixsim7-lock-'));
  directory = join(root, 'database');
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

/** Leaves a claim as another process would. @param name sorts it among the others */
function plantClaim(name: string, identity: Partial<ProcessIdentity>): string {
  const path = join(`${directory}.lock`, `${name}.claim.json`);
  mkdirSync(`${directory}.lock`, { recursive: true });
  writeFileSync(path, JSON.stringify({ ...currentProcessIdentity(), ...identity }));
  return path;
}

function claims(): string[] {
  return readdirSync(`${directory}.lock`);
}

function deadIdentity(): Partial<ProcessIdentity> {
  return { pid: spawnSync(process.execPath, ['--eval', '']).pid };
}

/** Sort before and after every UUID. */
const early = '00000000-first';
const late = 'zzzzzzzz-last';

describe('lockDirectory', () => {
  it('takes a free folder and lets the next one in after the release', async () => {
    const first = await lockDirectory(directory);
    first.release();
    first.release();
    const second = await lockDirectory(directory);
    second.release();
    expect(claims()).toEqual([]);
  });

  it('refuses a folder that a live process has, and leaves its claim alone', async () => {
    const held = await lockDirectory(directory);
    const refused = lockDirectory(directory);
    await expect(refused).rejects.toBeInstanceOf(EmbeddedDatabaseLockedError);
    await expect(refused).rejects.toThrow(
      `Another PixSim7 server (process ${process.pid}) is using this data directory: ${directory}. ` +
        'Stop it, or set DATA_DIR to another folder.',
    );
    held.release();
    expect(claims()).toEqual([]);
  });

  it('takes over from a dead process', async () => {
    plantClaim(early, deadIdentity());
    plantClaim(late, deadIdentity());
    const lock = await lockDirectory(directory);
    expect(claims().filter((file) => file.startsWith(early) || file.startsWith(late))).toEqual([]);
    lock.release();
  });

  it('does not take over from another host and says which file to delete', async () => {
    const path = plantClaim(early, { ...deadIdentity(), host: 'another-host' });
    await expect(lockDirectory(directory)).rejects.toThrow(`If that host is gone, delete ${path}.`);
    expect(claims()).toHaveLength(1);
  });

  it('goes on when a later starter steps back', async () => {
    const path = plantClaim(late, {});
    const lock = lockDirectory(directory);
    rmSync(path);
    (await lock).release();
    expect(claims()).toEqual([]);
  });

  it('steps back at once before an earlier starter', async () => {
    const path = plantClaim(early, {});
    await expect(lockDirectory(directory)).rejects.toBeInstanceOf(EmbeddedDatabaseLockedError);
    expect(claims()).toEqual([basename(path)]);
  });

  it('says in a sentence why nothing can be written beside the folder', async () => {
    writeFileSync(`${directory}.lock`, 'a file where the folder of the lock belongs');
    const failure = await lockDirectory(directory).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'embedded_database_unwritable',
      message: expect.stringMatching(/^The data directory .* cannot be used: .* is not a folder\.$/u),
    });
  });

  it('names a claim that cannot be read', async () => {
    mkdirSync(`${directory}.lock`, { recursive: true });
    const path = join(`${directory}.lock`, `${early}.claim.json`);
    writeFileSync(path, '{');
    await expect(lockDirectory(directory)).rejects.toThrow(path);
    expect(claims()).toHaveLength(1);
  });
});

describe('starters at the same time', () => {
  const starterCount = 6;

  /** Starts a process that says it is ready, tries to lock when it gets a line, and holds on until it is killed. */
  function startRival(program: string): { child: ChildProcess; next: () => Promise<string> } {
    const script = `
      const { lockDirectory } = await import(process.argv[1]);
      process.stdin.once('data', () => {
        lockDirectory(process.argv[2]).then(() => console.log('won'), (error) => console.log(error.code));
      });
      console.log('ready');
    `;
    const child = spawn(
      process.execPath,
      ['--input-type=module', '--eval', script, pathToFileURL(program).href, directory],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    );
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    return { child, next: async () => String((await lines.next()).value) };
  }

  it('leave one winner, also when they all find the lock of a dead process', async () => {
    const program = join(root, 'lock.mjs');
    const source = fileURLToPath(new URL('./lock.ts', import.meta.url));
    buildSync({ entryPoints: [source], outfile: program, bundle: true, platform: 'node', format: 'esm' });
    for (let round = 0; round < 3; round += 1) {
      plantClaim(early, deadIdentity());
      const rivals = Array.from({ length: starterCount }, () => startRival(program));
      expect(await Promise.all(rivals.map(({ next }) => next()))).toEqual(rivals.map(() => 'ready'));
      for (const { child } of rivals) {
        child.stdin?.write('go\n');
      }
      const answers = await Promise.all(rivals.map(({ next }) => next()));
      await Promise.all(
        rivals.map(({ child }) => {
          const ended = new Promise((resolve) => child.once('exit', resolve));
          child.kill('SIGKILL');
          return ended;
        }),
      );
      expect(answers.filter((answer) => answer === 'won')).toHaveLength(1);
      expect(answers.filter((answer) => answer === 'embedded_database_locked')).toHaveLength(
        starterCount - 1,
      );
    }
  });
});

describe('a look at the lock', () => {
  it('finds nobody where nobody was, and makes nothing', () => {
    expect(findHolder(directory)).toBeNull();
    expect(readdirSync(root)).toEqual([]);
  });

  it('finds the holder, and nobody once it let go', async () => {
    const lock = await lockDirectory(directory);
    const held = claims();
    expect(findHolder(directory)).toMatchObject({ pid: process.pid });
    expect(claims()).toEqual(held);
    lock.release();
    expect(findHolder(directory)).toBeNull();
  });

  it('does not take a dead process for a holder, and leaves its claim to the next start', () => {
    plantClaim(early, deadIdentity());
    expect(findHolder(directory)).toBeNull();
    expect(claims()).toHaveLength(1);
  });
});
