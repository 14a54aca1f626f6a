import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decryptionKey, encryptionKey } from '../commands/backup-keys.ts';
import { pack, unpack } from './archive.ts';
import { isEncrypted } from './encryption.ts';
import type { DecryptionKey } from './encryption.ts';

const passphrase = 'correct horse battery staple';
let root: string;
let archive: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'pixsim7-encryption-'));
  archive = join(root, 'backup.tar.age');
  await writeFile(join(await mkdtemp(join(root, 'folder-')), 'secret-key'), 'a secret');
});
afterEach(() => rm(root, { recursive: true, force: true }));

const folder = async (): Promise<string> =>
  join(root, (await readdir(root)).find((name) => name.startsWith('folder-')) ?? '');

async function open(key: DecryptionKey): Promise<string> {
  const unpacked = await mkdtemp(join(root, 'unpacked-'));
  await unpack(archive, unpacked, key);
  return readFile(join(unpacked, 'secret-key'), 'utf8');
}

describe('an encrypted archive', () => {
  it('is for its owner only, hides its content, and is opened by the passphrase', async () => {
    await pack(await folder(), archive, { kind: 'passphrase', passphrase });
    expect((await stat(archive)).mode & 0o777).toBe(0o600);
    expect((await readFile(archive)).includes('a secret')).toBe(false);
    expect(await isEncrypted(archive)).toBe(true);
    expect(await open({ kind: 'passphrase', passphrase })).toBe('a secret');
    await expect(open({ kind: 'passphrase', passphrase: 'another passphrase' })).rejects.toThrow(
      'The passphrase is wrong',
    );
    expect((await readdir(root)).filter((name) => name.includes('unfinished'))).toEqual([]);
  }, 60_000);

  it('is opened by the key of its recipient, and says when it is another one', async () => {
    const [mine, other] = [await generateX25519Identity(), await generateX25519Identity()];
    await pack(await folder(), archive, {
      kind: 'recipients',
      recipients: [await identityToRecipient(mine)],
    });
    expect(await open({ kind: 'identities', identities: [other, mine] })).toBe('a secret');
    await expect(open({ kind: 'identities', identities: [other] })).rejects.toThrow('No key in the identity');
  });

  it('that was changed or cut off is not taken', async () => {
    const mine = await generateX25519Identity();
    const key = { kind: 'identities', identities: [mine] } as const;
    await pack(await folder(), archive, {
      kind: 'recipients',
      recipients: [await identityToRecipient(mine)],
    });
    const bytes = await readFile(archive);
    bytes[bytes.length - 100] = (bytes[bytes.length - 100] ?? 0) ^ 1;
    await writeFile(archive, bytes);
    await expect(open(key)).rejects.toThrow('damaged or cut off');
    await truncate(archive, bytes.length - 500);
    await expect(open(key)).rejects.toThrow('damaged or cut off');
  });

  it('is not left half when it cannot be made', async () => {
    const refused = pack(await folder(), archive, { kind: 'recipients', recipients: ['age1nobody'] });
    await expect(refused).rejects.toThrow('age1nobody is not an age recipient');
    await expect(pack(join(root, 'missing'), archive, null)).rejects.toThrow('The program tar');
    expect((await readdir(root)).filter((name) => name.includes('tar.age'))).toEqual([]);
  });
});

describe('the key of a backup', () => {
  const none = { passphraseFile: undefined, environment: {} };
  const asked =
    (...answers: string[]) =>
    async (): Promise<string> =>
      answers.shift() ?? '';

  it('comes from a file, the environment or a person, in this order', async () => {
    const file = join(root, 'passphrase');
    await writeFile(file, 'from the file, long enough\n');
    const environment = { BACKUP_PASSPHRASE: 'from the environment' };
    expect(await encryptionKey({ passphraseFile: file, environment }, [], null)).toEqual({
      kind: 'passphrase',
      passphrase: 'from the file, long enough',
    });
    expect(await decryptionKey({ passphraseFile: undefined, environment }, undefined, null)).toEqual({
      kind: 'passphrase',
      passphrase: 'from the environment',
    });
    expect(await encryptionKey(none, [], asked(passphrase, passphrase))).toEqual({
      kind: 'passphrase',
      passphrase,
    });
  });

  it('is refused when it is short, mistyped or nowhere', async () => {
    await expect(encryptionKey(none, [], asked('short', 'short'))).rejects.toThrow('12 characters');
    await expect(encryptionKey(none, [], asked(passphrase, 'typo'))).rejects.toThrow('differ');
    await expect(encryptionKey(none, [], null)).rejects.toThrow('BACKUP_PASSPHRASE');
    await expect(decryptionKey(none, undefined, null)).rejects.toThrow('--passphrase-file');
  });
});
