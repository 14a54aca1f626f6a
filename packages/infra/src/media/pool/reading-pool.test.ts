import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { UnreadableMediaError } from '@pixsim7/core';
import { bundleSource } from '../../system/bundle-source.ts';
import { createMediaReader } from '../media-reader.ts';
import { ChildEndedError, ChildStartError } from './child-end.ts';
import { createReadingPool } from './reading-pool.ts';
import type { ReadingPool } from './reading-pool.ts';

const decodingBytes = 64 * 1024 ** 2;
const patient = { computing: 60_000, passing: 60_000 };
const nearby = (name: string): string => fileURLToPath(new URL(`../__tests__/${name}`, import.meta.url));

let hostile: string;
let pool: ReadingPool;

beforeAll(async () => {
  hostile = await bundleSource(nearby('hostile-child.ts'));
  pool = createReadingPool({ decodingBytes, program: async () => hostile });
});

afterAll(() => pool.close());

const ask = (path: string, time = patient, from = pool) => from.ask({ kind: 'probe', path }, time);
/** The process that answers now. */
async function answering(from = pool): Promise<number> {
  const reply = await ask('answer', patient, from);
  return reply.kind === 'no_picture' ? Number(reply.complaints[0]) : 0;
}
const endOf = async (asked: Promise<unknown>): Promise<unknown> => {
  const error = await asked.catch((reason: unknown) => reason);
  return error instanceof ChildEndedError ? error.end : error;
};

/** A process that nobody has asked after yet is still in the table, as a zombie. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || !/\) Z /u.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}

describe('a child that a file takes over', () => {
  it.each([
    ['crash', 'crash', patient],
    ['compute for ever', 'time', { computing: 100, passing: 60_000 }],
    ['wait for ever', 'time', { computing: 60_000, passing: 100 }],
    ...(process.platform === 'linux' ? [['take memory', 'memory', patient] as const] : []),
  ] as const)('that wants to %s ends for its %s, and another one answers', async (behaviour, end, time) => {
    const before = await answering();
    expect(await endOf(ask(behaviour, time))).toBe(end);
    expect(isAlive(before)).toBe(false);
    expect(await answering()).not.toBe(before);
  });

  it('is replaced when somebody kills it, at work or idle', async () => {
    const idle = await answering();
    process.kill(idle, 'SIGKILL');
    await vi.waitFor(() => expect(pool.children).not.toContain(idle));
    const next = await answering();
    expect(next).not.toBe(idle);
    const asked = endOf(ask('compute for ever'));
    process.kill(next, 'SIGKILL');
    expect(await asked).toBe('killed');
    expect(await answering()).not.toBe(next);
  });

  it.each([
    ['crash', patient, /made its reader crash/],
    ['compute for ever', { computing: 100, passing: 60_000 }, /within 0\.1 seconds of processor time/],
  ] as const)('to %s makes an unreadable file', async (path, probe, sentence) => {
    const ignore = (): void => undefined;
    const warn = vi.fn();
    const logger = { debug: ignore, info: ignore, warn, error: ignore };
    // The first bytes are read from the file that the path names; here it is named by its behaviour.
    const own = createReadingPool({ decodingBytes, program: async () => hostile });
    const redirected: ReadingPool = { ...own, ask: (_request, time) => ask(path, time, own) };
    const times = { probe, poster: probe, convert: probe };
    const reader = createMediaReader({ logger, times, pool: redirected });
    const error = await reader.probe(nearby('../__fixtures__/base.mp4')).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UnreadableMediaError);
    expect(error).toMatchObject({ code: 'media_unreadable', flaw: 'not_finished', mimeType: 'video/mp4' });
    expect((error as Error).message).toMatch(sentence);
    expect(warn).toHaveBeenCalledOnce();
    await own.close();
  });
});

describe('the pool', () => {
  it('starts nothing before it is asked, and two at most', async () => {
    const own = createReadingPool({ decodingBytes, program: async () => hostile });
    expect(own.children).toEqual([]);
    const asked = Array.from({ length: 6 }, () => answering(own));
    const answered = await Promise.all(asked);
    expect(new Set(answered).size).toBeLessThanOrEqual(2);
    expect(own.children.length).toBeLessThanOrEqual(2);
    await own.close();
  });

  it('asks the same child again when one question follows the other', async () => {
    const own = createReadingPool({ decodingBytes, program: async () => hostile });
    const answered = new Set<number>();
    for (let question = 0; question < 5; question += 1) {
      answered.add(await answering(own));
    }
    expect([...answered]).toEqual(own.children);
    await own.close();
  });

  it('lets a child that nobody needs end', async () => {
    const own = createReadingPool({ decodingBytes, program: async () => hostile, idleMs: 1 });
    await answering(own);
    await vi.waitFor(() => expect(own.children).toEqual([]));
  });

  it('ends what works when it is closed, and says that no file is to blame', async () => {
    const own = createReadingPool({ decodingBytes, program: async () => hostile });
    const pid = await answering(own);
    const asked = endOf(ask('compute for ever', patient, own));
    await own.close();
    expect(await asked).toBe('closed');
    expect(isAlive(pid)).toBe(false);
  });

  it('blames no file when no child can be started', async () => {
    const own = createReadingPool({ decodingBytes, program: async () => '/no/such/program.mjs' });
    await expect(answering(own)).rejects.toThrow(ChildStartError);
    await expect(answering(own)).rejects.toThrow(ChildStartError);
  });

  it('is closed before its process ends, when that has nothing else to do', async () => {
    const program = await bundleSource(nearby('pool-owner.ts'));
    const { stdout } = await promisify(execFile)(process.execPath, [program, hostile, 'close']);
    expect(stdout).toBe('closed\n');
  });

  it('leaves no child behind when its process is killed with -9', async () => {
    const owner = spawn(process.execPath, [await bundleSource(nearby('pool-owner.ts')), hostile], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(owner.stdout, 'data')) as [Buffer];
    const children = line.toString('utf8').trim().split(' ').map(Number);
    expect(children.map(isAlive)).toEqual([true]);
    owner.kill('SIGKILL');
    await vi.waitFor(() => expect(children.map(isAlive)).toEqual([false]), { timeout: 10_000 });
  });
});
