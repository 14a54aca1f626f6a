import { VaultError } from '@pixsim7/core';
import type { Vault } from '@pixsim7/core';

/** Keeps the rule that a sealed text opens only in its row. Not encryption. */
export const fakeVault: Vault = {
  seal: (rowId, plaintext) => `${rowId} ${Buffer.from(plaintext).toString('base64')}`,
  open(rowId, sealed) {
    const [sealedFor, text] = sealed.split(' ');
    if (sealedFor !== rowId || text === undefined) {
      throw new VaultError('It was sealed for another row.');
    }
    return Buffer.from(text, 'base64').toString('utf8');
  },
  isCurrent: () => true,
};
