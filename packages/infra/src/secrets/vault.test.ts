import { assert, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VaultError } from '@pixsim7/core';
import { createVault } from './vault.ts';

const oldKey = 'the first secret of this house, 32+';
const newKey = 'another secret that is long enough too';
/** Sealed for acc_1 with `oldKey` by a version that had no key ids: `sk-123`. */
const sealedBefore = 'v1.BwcHBwcHBwcHBwcH.qxS7elBX.6c7Qbr2hdkx5ZQ3PGBh2ng';

describe('createVault', () => {
  it('opens what it sealed, for any text', () => {
    const vault = createVault([oldKey]);
    assert(
      property(string({ unit: 'grapheme' }), string({ unit: 'grapheme' }), (rowId, text) => {
        expect(vault.open(rowId, vault.seal(rowId, text))).toBe(text);
      }),
    );
  });

  it('writes the key id, a nonce, the ciphertext and the tag', () => {
    const sealed = createVault([newKey], (length) => new Uint8Array(length).fill(7)).seal('acc_1', 'sk-123');
    expect(sealed).toMatch(/^v\d{9}\.BwcHBwcHBwcHBwcH\.[\w-]{8}\.[\w-]{22}$/);
    expect(sealed).not.toContain('sk-123');
  });

  it('never seals the same text twice alike', () => {
    const vault = createVault([oldKey]);
    expect(vault.seal('acc_1', 'same')).not.toBe(vault.seal('acc_1', 'same'));
  });

  it('does not open in another row', () => {
    const vault = createVault([oldKey]);
    const sealed = vault.seal('acc_1', 'sk-123');
    expect(() => vault.open('acc_2', sealed)).toThrow(VaultError);
  });

  it('does not open with another secret, and says so', () => {
    const sealed = createVault([oldKey]).seal('acc_1', 'sk-123');
    const other = createVault([newKey]);
    expect(() => other.open('acc_1', sealed)).toThrow('needs a secret key that is not among the given ones');
  });

  it('does not open when any character was changed', () => {
    const vault = createVault([oldKey]);
    const sealed = vault.seal('acc_1', 'sk-123');
    // The last character of a base64url part has unused bits; a change there can be no change.
    const places = Array.from({ length: sealed.length }, (_, place) => place).filter(
      (place) => place !== sealed.length - 1 && sealed[place + 1] !== '.',
    );
    for (const place of places) {
      const other = sealed[place] === 'A' ? 'B' : 'A';
      const changed = sealed.slice(0, place) + other + sealed.slice(place + 1);
      expect(() => vault.open('acc_1', changed)).toThrow(VaultError);
    }
  });

  it('opens with an older key, seals with the first, and tells which texts still need the older', () => {
    const before = createVault([oldKey]).seal('acc_1', 'sk-123');
    const rotated = createVault([newKey, oldKey]);
    expect(rotated.open('acc_1', before)).toBe('sk-123');
    expect(rotated.isCurrent(before)).toBe(false);
    const after = rotated.seal('acc_1', 'sk-123');
    expect(rotated.isCurrent(after)).toBe(true);
    expect(createVault([newKey]).open('acc_1', after)).toBe('sk-123');
  });

  it('opens texts from before there were key ids with whichever key fits', () => {
    for (const keys of [[oldKey], [newKey, oldKey], [oldKey, newKey]] as const) {
      expect(createVault(keys).open('acc_1', sealedBefore)).toBe('sk-123');
      expect(createVault(keys).isCurrent(sealedBefore)).toBe(false);
    }
    expect(() => createVault([newKey]).open('acc_1', sealedBefore)).toThrow('does not open');
  });

  it('takes new keys while it is in use, and keeps its own when they are no good', () => {
    const vault = createVault([oldKey]);
    const before = vault.seal('acc_1', 'sk-123');
    expect(() => vault.use(['short'])).toThrow(VaultError);
    expect(vault.isCurrent(before)).toBe(true);
    vault.use([newKey, oldKey]);
    expect([vault.isCurrent(before), vault.open('acc_1', before)]).toEqual([false, 'sk-123']);
  });

  it('takes a secret that is given twice for one', () => {
    const vault = createVault([oldKey, oldKey, newKey]);
    expect(vault.isCurrent(vault.seal('acc_1', 'x'))).toBe(true);
  });

  it.each([
    '',
    'sk-123',
    'v1',
    'v1.a.b.c',
    'v0.BwcHBwcHBwcHBwcH.AAAA.AAAAAAAAAAAAAAAAAAAAAA',
    'v1.BwcHBwcHBwcHBwcH.AAAA.AAAA',
  ])('is not a sealed text: %j', (text) => {
    expect(() => createVault([oldKey]).open('acc_1', text)).toThrow('This is not a sealed text.');
  });

  it('keeps secret and plaintext out of its errors', () => {
    const vault = createVault([oldKey]);
    const sealed = vault.seal('acc_1', 'sk-123');
    const error = captured(() => vault.open('acc_2', sealed));
    expect(`${error.message} ${String(error.cause)}`).not.toMatch(/sk-123|first secret/);
  });

  it('refuses keys that cannot protect anything', () => {
    expect(() => createVault(['x'.repeat(31)])).toThrow('at least 32 bytes');
    expect(() => createVault([oldKey, 'short'])).toThrow('at least 32 bytes');
  });
});

function captured(call: () => unknown): Error {
  try {
    call();
  } catch (error) {
    return error as Error;
  }
  throw new Error('It did not throw.');
}
