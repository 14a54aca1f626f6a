import { chmod, mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findOpenEntries, restrictTree } from './private-tree.ts';

let outside: string;
let root: string;

beforeEach(async () => {
  outside = await mkdtemp(join(tmpdir(), 'pixsim7-private-'));
  root = join(outside, 'data');
  for (const folder of [root, join(root, 'blobs'), join(root, 'blobs', 'ab')]) {
    await mkdir(folder);
    await chmod(folder, 0o755);
  }
  for (const name of ['secret-key', 'blobs/ab/file']) {
    await writeFile(join(root, name), 'x');
    await chmod(join(root, name), 0o644);
  }
  await writeFile(join(root, 'private'), 'x');
  await chmod(join(root, 'private'), 0o600);
  await writeFile(join(outside, 'mine'), 'x');
  await chmod(join(outside, 'mine'), 0o644);
  await symlink(join(outside, 'mine'), join(root, 'link'));
});
afterEach(() => rm(outside, { recursive: true, force: true }));

const mode = async (...path: string[]): Promise<number> => (await stat(join(...path))).mode & 0o777;

describe('restrictTree', () => {
  it('takes the rights of others away, and follows no link out of the folder', async () => {
    const restricted = await restrictTree(root, 100);
    expect(restricted).toMatchObject({ count: 5, complete: true, refused: [] });
    expect(restricted.first[0]).toBe(root);
    expect(await mode(root)).toBe(0o700);
    expect(await mode(root, 'blobs', 'ab')).toBe(0o700);
    expect(await mode(root, 'secret-key')).toBe(0o600);
    expect(await mode(root, 'blobs', 'ab', 'file')).toBe(0o600);
    expect(await mode(outside, 'mine')).toBe(0o644);
    expect(await findOpenEntries(root, 100)).toEqual({ count: 0, first: [], complete: true });
  });

  it('stops at its bound, after the outer ones: the folder and the keys', async () => {
    expect(await restrictTree(root, 5)).toMatchObject({ count: 3, complete: false });
    expect(await mode(root)).toBe(0o700);
    expect(await mode(root, 'secret-key')).toBe(0o600);
    expect(await mode(root, 'blobs', 'ab', 'file')).toBe(0o644);
  });
});

describe('findOpenEntries', () => {
  it('names what others may read, and changes nothing', async () => {
    const found = await findOpenEntries(root, 100);
    expect(found.count).toBe(5);
    expect(found.first.slice(0, 2)).toEqual([root, join(root, 'blobs')]);
    expect(await mode(root)).toBe(0o755);
  });
});
