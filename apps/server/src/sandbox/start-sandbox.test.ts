import { describe, expect, it } from 'vitest';
import type { Account } from '@pixsim7/contracts';
import { wantsSandbox } from './start-sandbox.ts';

const account = (sandbox: boolean, enabled = true): Account => ({ sandbox, enabled }) as Account;

describe('wantsSandbox', () => {
  it.each([
    ['auto', [], true],
    ['auto', [account(true)], true],
    ['auto', [account(true), account(false)], false],
    ['auto', [account(false, false)], true],
    ['on', [account(false)], true],
    ['off', [], false],
  ] as const)('%s with %j is %s', (setting, accounts, expected) => {
    expect(wantsSandbox(setting, accounts)).toBe(expected);
  });
});
