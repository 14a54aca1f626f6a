import { describe, expect, it } from 'vitest';
import type { TroubleCode } from '@pixsim7/contracts';
import { UniqueViolationError } from '@pixsim7/core';
import { describeDriverError } from '../errors.ts';
import { UnknownMigrationError } from '../migrations.ts';
import { isDatabaseAway, troubleOfDatabase } from './postgres-trouble.ts';

const errorWith = (code: string, words = 'words of the server'): Error =>
  describeDriverError(Object.assign(new Error(words), { code }), 'A query failed');

/** Code of the driver, code of ours, the sentence that everybody may read. */
const table: readonly (readonly [string, TroubleCode, string])[] = [
  ['28P01', 'login_refused', 'PostgreSQL refuses the login.'],
  ['28000', 'login_refused', 'PostgreSQL refuses the login.'],
  ['3D000', 'not_found', 'The database does not exist.'],
  ['42501', 'rights_missing', 'PostgreSQL refuses: the role lacks rights.'],
  ['25006', 'read_only', 'The database is read-only.'],
  ['53300', 'too_many_connections', 'PostgreSQL accepts no more connections.'],
  ['53200', 'memory_full', 'PostgreSQL is out of memory.'],
  ['53100', 'disk_full', 'The disk of PostgreSQL is full.'],
  ['53400', 'refused', 'PostgreSQL is short of a resource.'],
  ['57P01', 'starting', 'PostgreSQL is starting or shutting down.'],
  ['57P02', 'starting', 'PostgreSQL is starting or shutting down.'],
  ['57P03', 'starting', 'PostgreSQL is starting or shutting down.'],
  ['57P05', 'connection_lost', 'PostgreSQL closed the connection.'],
  ['08006', 'connection_lost', 'PostgreSQL closed the connection.'],
  ['42P01', 'tables_missing', 'Tables that PixSim7 needs are missing.'],
  ['57014', 'locked', 'A statement was given up because it waited too long.'],
  ['55P03', 'locked', 'A statement was given up because it waited too long.'],
  ['58030', 'refused', 'PostgreSQL reports a fault of its machine.'],
  [
    'ECONNREFUSED',
    'connection_refused',
    'PostgreSQL cannot be reached: nothing accepts connections at its address.',
  ],
];

describe('what PostgreSQL says', () => {
  it.each(table)('%s is %s', (state, code, summary) => {
    const trouble = troubleOfDatabase(errorWith(state));
    expect(trouble).toMatchObject({ code, summary });
    expect(trouble.reason).toContain('words of the server');
    expect(trouble.advice).not.toBe('');
    expect(isDatabaseAway(errorWith(state))).toBe(true);
  });

  it.each([
    ['SASL authentication failed', 'login_refused'],
    ['no such user: x', 'login_refused'],
    ['database "x" does not exist', 'not_found'],
    ['unsupported startup parameter: statement_timeout', 'pooler_refused'],
    ['query_wait_timeout', 'pooler_refused'],
    ['no more connections allowed (max_client_conn)', 'pooler_refused'],
  ] as const)('the words of PgBouncer tell: %s is %s', (words, code) => {
    expect(troubleOfDatabase(errorWith('08P01', words)).code).toBe(code);
  });

  it('knows tables of a newer version', () => {
    expect(troubleOfDatabase(new UnknownMigrationError()).code).toBe('newer_tables');
  });

  it.each(['23514', '42601'])('takes %s for an answer about the question, not for trouble', (state) => {
    expect(troubleOfDatabase(errorWith(state)).code).toBe('unknown');
    expect(isDatabaseAway(errorWith(state))).toBe(false);
  });

  it('takes a slip in the code for no outage', () => {
    expect(isDatabaseAway(new TypeError('a slip'))).toBe(false);
    expect(isDatabaseAway(new UniqueViolationError('jobs_owner_idempotency_key'))).toBe(false);
  });
});
