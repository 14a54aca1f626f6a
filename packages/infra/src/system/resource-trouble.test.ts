import { describe, expect, it } from 'vitest';
import { DatabaseQueryError } from '../database/errors.ts';
import { asUnwritable } from '../files/unwritable.ts';
import { BlobStoreError } from '../storage/blob-store-error.ts';
import { resourceTroubleOf } from './resource-trouble.ts';

const system = (code: string): Error => Object.assign(new Error(code), { code });
const query = (sqlState: string | null): Error =>
  new DatabaseQueryError('refused', { sqlState, constraint: null });

describe('resourceTroubleOf', () => {
  it.each([
    [system('ENOSPC'), 'full'],
    [system('EDQUOT'), 'full'],
    [asUnwritable(system('ENOSPC')), 'full'],
    [query('53100'), 'full'],
    [new BlobStoreError('storage_full', 'no room'), 'full'],
    [asUnwritable(system('EROFS')), 'broken'],
    [system('EIO'), 'broken'],
    [query('58030'), 'broken'],
    [new Error('spawn failed', { cause: system('EMFILE') }), 'busy'],
    [system('ENFILE'), 'busy'],
    [query('53200'), 'busy'],
    [query('53300'), 'busy'],
    [query('23505'), null],
    [query(null), null],
    [system('ENOENT'), null],
    ['ENOSPC', null],
  ] as const)('%s', (error, trouble) => {
    expect(resourceTroubleOf(error)).toBe(trouble);
  });

  it('does not follow causes in a circle for ever', () => {
    const error = new Error('a');
    error.cause = error;
    expect(resourceTroubleOf(error)).toBeNull();
  });
});
