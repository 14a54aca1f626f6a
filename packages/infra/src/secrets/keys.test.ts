import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createApiKey,
  hashApiKey,
  loadOrCreateApiKey,
  loadOrCreateSecretKey,
  loadSecretKeys,
  removePreviousSecretKeys,
  replaceApiKeyFile,
  rotateSecretKeyFile,
} from './keys.ts';
import { SecretFileError } from './secret-file.ts';

let folder: string;
let dataDir: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keys-'));
  dataDir = join(folder, 'data');
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe.each([
  ['secret-key', loadOrCreateSecretKey, /^[\w-]{43}$/],
  ['api-key', loadOrCreateApiKey, /^pxs_[\w-]{43}$/],
] as const)('the file %s', (name, load, form) => {
  it('is made once and read from then on', async () => {
    const made = await load(dataDir);
    expect(made).toMatch(form);
    expect(await load(dataDir)).toBe(made);
    expect((await readFile(join(dataDir, name), 'utf8')).trim()).toBe(made);
  });

  it('is for the owner only, alone in a folder for the owner only', async () => {
    await load(dataDir);
    expect((await stat(join(dataDir, name))).mode & 0o777).toBe(0o600);
    expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
    expect(await readdir(dataDir)).toEqual([name]);
  });

  it('is the same for many that make it together', async () => {
    const loaded = await Promise.all(Array.from({ length: 20 }, () => load(dataDir)));
    expect(new Set(loaded).size).toBe(1);
    expect(await readdir(dataDir)).toEqual([name]);
  });

  it('differs between installations', async () => {
    expect(await load(dataDir)).not.toBe(await load(join(folder, 'other')));
  });

  it.each(['', 'short', 'two words that are long enough to be a key'])(
    'is never replaced when it holds %j',
    async (content) => {
      await load(dataDir);
      await writeFile(join(dataDir, name), content);
      await expect(load(dataDir)).rejects.toThrow(SecretFileError);
      expect(await readFile(join(dataDir, name), 'utf8')).toBe(content);
    },
  );

  it('says which file cannot be made', async () => {
    await writeFile(join(folder, 'a file'), '');
    await expect(load(join(folder, 'a file'))).rejects.toThrow(join(folder, 'a file', name));
  });
});

describe('loadOrCreateSecretKey', () => {
  it('prefers the environment and makes no file then', async () => {
    const secret = 'from the environment, long enough to use';
    expect(await loadOrCreateSecretKey(dataDir, secret)).toBe(secret);
    await expect(readdir(dataDir)).rejects.toThrow(/ENOENT/);
  });

  it('refuses a short one without repeating it', async () => {
    const error = await loadOrCreateSecretKey(dataDir, 'hunter2').catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(SecretFileError);
    expect(String(error)).toContain('32 characters');
    expect(String(error)).not.toContain('hunter2');
  });
});

describe('the keys of the vault', () => {
  const none = { current: undefined, previous: [] };

  it('are the ones of the environment when it has one, and then no file counts', async () => {
    const current = 'from the environment, long enough to use';
    expect(await loadSecretKeys(dataDir, { current, previous: ['older'] })).toEqual([current, 'older']);
    await expect(readdir(dataDir)).rejects.toThrow(/ENOENT/);
  });

  it('can be rotated again and again; every old one still opens until it is removed', async () => {
    const [first] = await loadSecretKeys(dataDir, none);
    const [second] = await rotateSecretKeyFile(dataDir);
    const all = await rotateSecretKeyFile(dataDir);
    expect(all.slice(1)).toEqual([second, first]);
    expect(await loadSecretKeys(dataDir, none)).toEqual(all);
    for (const name of await readdir(dataDir)) {
      expect((await stat(join(dataDir, name))).mode & 0o777).toBe(0o600);
    }
    await removePreviousSecretKeys(dataDir);
    expect(await loadSecretKeys(dataDir, none)).toEqual([all[0]]);
    expect(await readdir(dataDir)).toEqual(['secret-key']);
  });

  it('lose none when a rotation is killed between its two files', async () => {
    const [first] = await loadSecretKeys(dataDir, none);
    await writeFile(join(dataDir, 'secret-key.previous'), `${first}\n`);
    expect(new Set(await loadSecretKeys(dataDir, none))).toEqual(new Set([first]));
    expect((await rotateSecretKeyFile(dataDir)).slice(1)).toEqual([first]);
  });
});

describe('API keys', () => {
  it('are replaced in their file', async () => {
    const first = await loadOrCreateApiKey(dataDir);
    const second = await replaceApiKeyFile(dataDir);
    expect(second).not.toBe(first);
    expect(await loadOrCreateApiKey(dataDir)).toBe(second);
    expect(await readdir(dataDir)).toEqual(['api-key']);
  });

  it('are random', () => {
    expect(new Set(Array.from({ length: 100 }, createApiKey)).size).toBe(100);
  });

  it('are stored as SHA-256', () => {
    // FIPS 180-2, appendix B.1
    expect(hashApiKey('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});
