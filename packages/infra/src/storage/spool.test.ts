import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSpool } from './spool.ts';

describe('openSpool', () => {
  let directory: string;

  beforeEach(async () => {
    directory = join(await mkdtemp(join(tmpdir(), 'spool-')), 'deep', 'spool');
  });

  afterEach(async () => {
    await rm(join(directory, '..', '..'), { recursive: true });
  });

  async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array> {
    for (const text of texts) {
      yield Buffer.from(text);
    }
  }

  it('makes its folder for the owner only, and the files in it', async () => {
    const spool = await openSpool({ directory });
    const file = await spool.receive(pieces('he', 'llo'), { maxBytes: 5 });
    expect(file).toEqual({
      path: expect.stringContaining(directory),
      hash: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
      bytes: 5,
    });
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    expect((await stat(file.path)).mode & 0o777).toBe(0o600);
  });

  it('leaves nothing of a file that was too long, discarded or only a test', async () => {
    const spool = await openSpool({ directory });
    await expect(spool.receive(pieces('hel', 'lo'), { maxBytes: 4 })).rejects.toThrow('More than 4 bytes');
    await spool.discard(await spool.receive(pieces('hello'), { maxBytes: 5 }));
    await spool.ping();
    expect(await readdir(directory)).toEqual([]);
  });

  it('sweeps by the given clock and age what another process left', async () => {
    const spool = await openSpool({ directory, now: () => 10_000_000, leftoverAfterMs: 60_000 });
    for (const [name, ageSeconds] of [
      ['old', 61],
      ['young', 59],
    ] as const) {
      await writeFile(join(directory, name), 'x');
      await utimes(join(directory, name), 10_000 - ageSeconds, 10_000 - ageSeconds);
    }
    await spool.sweep();
    expect(await readdir(directory)).toEqual(['young']);
  });

  it('fails its ping when the folder is gone', async () => {
    const spool = await openSpool({ directory });
    await rm(directory, { recursive: true });
    await expect(spool.ping()).rejects.toThrow(/ENOENT/);
  });
});
