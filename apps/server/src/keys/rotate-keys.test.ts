import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createVault, hashApiKey, loadSecretKeys } from '@pixsim7/infra';
import { createBench } from '@pixsim7/testkit/bench';
import type { Bench } from '@pixsim7/testkit/bench';
import { builtCaller } from '@pixsim7/testkit/builders';
import { createAuthenticator } from '../runtime/owner.ts';
import { rotateApiKey } from './rotate-api-key.ts';
import { rotateSecretKey } from './rotate-secret-key.ts';

const running = new AbortController().signal;
const none = { current: undefined, previous: [] };
let dataDirectory: string;
let bench: Bench;

beforeEach(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), 'pixsim7-rotation-'));
  bench = createBench();
});
afterEach(() => rm(dataDirectory, { recursive: true, force: true }));

async function addAccount(secrets: readonly [string, ...string[]], credentials: string): Promise<string> {
  const { id } = await bench.addAccount();
  const account = await bench.account(id);
  const sealedCredentials = createVault(secrets).seal(id, credentials);
  await bench.write((transaction) => transaction.accounts.update(account, { sealedCredentials }));
  return id;
}

const sealedOf = async (id: string): Promise<string> => (await bench.account(id as never)).sealedCredentials;

describe('rotateSecretKey', () => {
  const rotate = async (forgetPrevious = false) => {
    const vault = createVault(await loadSecretKeys(dataDirectory, none));
    const request = { dataDirectory, keyFromEnvironment: false, forgetPrevious };
    return rotateSecretKey({ database: bench.database, vault }, request, running);
  };

  it('makes a key, seals everything with it, and then the old one can go', async () => {
    const before = await loadSecretKeys(dataDirectory, none);
    const id = await addAccount(before, 'sk-1');
    expect(await rotate()).toEqual({
      resealed: 1,
      current: 0,
      unreadable: [],
      previous_keys: join(dataDirectory, 'secret-key.previous'),
      made_key: true,
    });
    const after = await loadSecretKeys(dataDirectory, none);
    expect(after[0]).not.toBe(before[0]);
    expect(createVault([after[0]]).open(id, await sealedOf(id))).toBe('sk-1');

    expect(await rotate(true)).toMatchObject({ made_key: true, resealed: 1, previous_keys: null });
    expect(await loadSecretKeys(dataDirectory, none)).toHaveLength(1);
  });

  it('finishes a rotation that broke off before it makes another key', async () => {
    const id = await addAccount(await loadSecretKeys(dataDirectory, none), 'sk-1');
    const old = await sealedOf(id);
    await rotate();
    const [made] = await loadSecretKeys(dataDirectory, none);
    // As after a kill between the new key and the accounts.
    const account = await bench.account(id as never);
    await bench.write((transaction) => transaction.accounts.update(account, { sealedCredentials: old }));
    expect(await rotate()).toMatchObject({ made_key: false, resealed: 1 });
    expect((await loadSecretKeys(dataDirectory, none))[0]).toBe(made);
    expect(createVault([made]).open(id, await sealedOf(id))).toBe('sk-1');
  });

  it('keeps the old keys while an account cannot be read', async () => {
    await addAccount(['a secret that nobody has any more, 32'], 'sk-1');
    const report = await rotate(true);
    expect(report.unreadable).toHaveLength(1);
    expect(report.previous_keys).not.toBeNull();
    expect(await loadSecretKeys(dataDirectory, none)).toHaveLength(2);
  });

  it('makes no key when the environment has it', async () => {
    const [current, previous] = ['the new secret of the environment!', 'the old secret of the environment!'];
    const id = await addAccount([previous], 'sk-1');
    const vault = createVault([current, previous]);
    const request = { dataDirectory, keyFromEnvironment: true, forgetPrevious: false };
    expect(await rotateSecretKey({ database: bench.database, vault }, request, running)).toEqual({
      resealed: 1,
      current: 0,
      unreadable: [],
      previous_keys: null,
      made_key: false,
    });
    expect(createVault([current]).open(id, await sealedOf(id))).toBe('sk-1');
    await expect(readFile(join(dataDirectory, 'secret-key'))).rejects.toThrow(/ENOENT/);
  });
});

describe('rotateApiKey', () => {
  const oldKey = 'pxs_the-old-key-of-the-owner';
  const { workspaceId, userId } = builtCaller;

  it('takes the old key until its end, and the new one at once', async () => {
    await writeFile(join(dataDirectory, 'api-key'), oldKey);
    await bench.write((transaction) => transaction.users.ensureOwner(workspaceId, userId, 0));
    const owner = { apiKey: oldKey };
    const who = createAuthenticator(bench.database, bench.system, {
      caller: builtCaller,
      apiKey: () => owner.apiKey,
    });
    const rotation = await rotateApiKey(bench, {
      dataDirectory,
      caller: builtCaller,
      oldKey,
      keyFromEnvironment: false,
      overlapS: 3_600,
      onNewKey: (key) => {
        owner.apiKey = key;
      },
    });
    expect(rotation).toEqual({
      key_file: join(dataDirectory, 'api-key'),
      old_key_until: new Date(bench.system.now() + 3_600_000).toISOString(),
    });
    expect((await readFile(join(dataDirectory, 'api-key'), 'utf8')).trim()).toBe(owner.apiKey);
    expect((await who(owner.apiKey))?.userId).toBe(userId);
    expect((await who(oldKey))?.userId).toBe(userId);
    bench.system.advance(3_600_000);
    expect(await who(oldKey)).toBeNull();
    expect((await who(owner.apiKey))?.userId).toBe(userId);
  });

  it('only notes the overlap when the key is in the environment', async () => {
    await bench.write((transaction) => transaction.users.ensureOwner(workspaceId, userId, 0));
    const request = {
      dataDirectory,
      caller: builtCaller,
      oldKey,
      keyFromEnvironment: true,
      overlapS: 60,
      onNewKey: () => {
        throw new Error('No key is made.');
      },
    };
    expect((await rotateApiKey(bench, request)).key_file).toBeNull();
    // Again, with another end: it is moved, not doubled.
    await rotateApiKey(bench, { ...request, overlapS: 120 });
    bench.system.advance(61_000);
    const found = await bench.read((transaction) =>
      transaction.users.findApiKey(hashApiKey(oldKey), bench.system.now()),
    );
    expect(found?.userId).toBe(userId);
  });
});
