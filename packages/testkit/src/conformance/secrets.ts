import { inspect } from 'node:util';
import { expect } from 'vitest';
import type { AccountAccess } from '@pixsim7/providers';

/** Fails when a credential of the account is anywhere in the value: its fields, JSON, stack or chain of causes. */
export function expectNoSecrets(account: AccountAccess, value: unknown): void {
  const texts = [inspect(value, { depth: 50, showHidden: true, getters: true }), JSON.stringify(value) ?? ''];
  for (let error = value; error instanceof Error; error = error.cause) {
    texts.push(error.message, error.stack ?? '', String(error));
  }
  for (const secret of Object.values(account.credentials)) {
    for (const text of texts) {
      expect(text).not.toContain(secret);
    }
  }
}
