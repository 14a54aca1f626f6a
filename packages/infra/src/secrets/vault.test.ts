import { VaultError } from '@pixsim7/core';
import { assert, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';

import { createVault } from './vault.ts';

const oldKey = { version: 1, secret: 'the first secret of this house, 32+' };
const newKey = { version: 2, secret: 'another secret that is long enough too' };

describe('createVault', () => {
  it('opens what it sealed, for any text', () => {
    const vault = createVault([oldKey]);
    assert(
      property(string({ unit: 'grapheme' }), string({ unit: 'grapheme' }), (rowId, text) => {
        expect(vault.open(rowId, vault.seal(rowId, text))).toBe(text);
      }),
    );
  });

  it('writes the key version, a nonce, the ciphertext and the tag', () => {
    const sealed = createVault([newKey], (length) => new Uint8Array(length).fill(7)).seal('acc_1', 'sk-123');
    expect(sealed).toMatch(/^v2\.BwcHBwcHBwcHBwcH\.[\w-]{8}\.[\w-]{22}$/);
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

  it('does not open with another secret of the same version', () => {
    const sealed = createVault([oldKey]).seal('acc_1', 'sk-123');
    const other = createVault([{ version: 1, secret: newKey.secret }]);
    expect(() => other.open('acc_1', sealed)).toThrow(VaultError);
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

  it('opens with an older key and seals with the first', () => {
    const before = createVault([oldKey]).seal('acc_1', 'sk-123');
    const rotated = createVault([newKey, oldKey]);
    expect(rotated.open('acc_1', before)).toBe('sk-123');
    expect(rotated.seal('acc_1', 'sk-123')).toMatch(/^v2\./);
  });

  it('says which key is missing', () => {
    const sealed = createVault([newKey, oldKey]).seal('acc_1', 'sk-123');
    expect(() => createVault([oldKey]).open('acc_1', sealed)).toThrow('key version 2');
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
    expect(() => createVault([{ version: 1, secret: 'x'.repeat(31) }])).toThrow('at least 32 bytes');
    expect(() => createVault([oldKey, { ...newKey, version: 1 }])).toThrow('same version');
    expect(() => createVault([{ ...oldKey, version: 0 }])).toThrow('whole number from 1');
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
