import { DrizzleQueryError } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { StaleRowError, UniqueViolationError } from '@pixsim7/core';
import { DatabaseQueryError, describeDriverError, translateQueryError } from './errors.ts';

const secret = 'sk-not-for-the-log';

function driverError(message: string, fields: Record<string, unknown>): Error {
  return Object.assign(new Error(message), { detail: `Key (x)=(${secret})`, params: [secret], ...fields });
}

function translate(cause: Error): unknown {
  return translateQueryError(new DrizzleQueryError('insert into t values ($1)', [secret], cause));
}

/** Everything a logger could print of an error: own fields, stack and message, down the chain of causes. */
function everythingIn(error: unknown): string {
  if (!(error instanceof Error)) {
    return JSON.stringify(error) ?? '';
  }
  return [JSON.stringify(error), error.message, error.stack, everythingIn(error.cause)].join('\n');
}

describe('translateQueryError', () => {
  it('names the unique rule and keeps the cause', () => {
    const error = translate(
      driverError('duplicate key value violates unique constraint "t_x"', {
        code: '23505',
        constraint: 't_x',
      }),
    );
    expect(error).toBeInstanceOf(UniqueViolationError);
    expect(error).toMatchObject({ constraint: 't_x', cause: { sqlState: '23505' } });
  });

  it('tells which check refused a row', () => {
    const error = translate(
      driverError('new row violates check constraint "t_check"', { code: '23514', constraint: 't_check' }),
    );
    expect(error).toBeInstanceOf(DatabaseQueryError);
    expect(error).toMatchObject({ sqlState: '23514', constraint: 't_check' });
    expect((error as Error).message).toContain('t_check');
  });

  it('keeps the cause of an error that is not an answer of the server', () => {
    const cause = new Error('connection lost');
    expect(translate(cause)).toMatchObject({ sqlState: null, constraint: null, cause });
  });

  it.each([
    ['40001', 'could not serialize access due to concurrent update'],
    ['40P01', 'deadlock detected'],
  ])('tells the caller of a lost race to begin anew (%s)', (code, message) => {
    const error = translate(driverError(message, { code }));
    expect(error).toBeInstanceOf(StaleRowError);
    expect(error).toMatchObject({ cause: { sqlState: code } });
  });

  it.each(['ECONNREFUSED', 'EPIPE'])('does not take %s for a code of the server', (code) => {
    const cause = driverError('no connection', { code });
    expect(translate(cause)).toMatchObject({ sqlState: null, cause });
  });

  it.each([
    ['23505', 'duplicate key', 't_x'],
    ['23514', 'check violated', 't_check'],
    ['23502', 'null value', undefined],
    ['22P02', `invalid input syntax for type integer: "${secret}"`, undefined],
  ])('never repeats the values of a query (%s)', (code, message, constraint) => {
    expect(everythingIn(translate(driverError(message, { code, constraint })))).not.toContain(secret);
  });

  it('leaves other errors as they are', () => {
    const error = new TypeError('a slip in the code');
    expect(translateQueryError(error)).toBe(error);
    expect(translateQueryError('text')).toBe('text');
  });
});

describe('describeDriverError', () => {
  it('says what happened, and why if the server told', () => {
    const refused = describeDriverError(driverError('no such role', { code: '28000' }), 'Connecting failed');
    expect(refused.message).toBe('Connecting failed with SQLSTATE 28000: no such role');
    const lost = describeDriverError(
      driverError('read ECONNRESET', { code: 'ECONNRESET' }),
      'Connecting failed',
    );
    expect(lost.message).toBe('Connecting failed: read ECONNRESET');
  });

  it('says why each address of a host failed, and what a library only wraps', () => {
    const refused = (address: string): Error =>
      driverError(`connect ECONNREFUSED ${address}`, { code: 'ECONNREFUSED' });
    const both = new AggregateError([refused('::1:5432'), refused('127.0.0.1:5432')], '');
    expect(describeDriverError(both, 'Connecting failed').message).toBe(
      'Connecting failed: connect ECONNREFUSED ::1:5432; connect ECONNREFUSED 127.0.0.1:5432',
    );
    const wrapped = new Error('Connection terminated', { cause: new Error('self-signed certificate') });
    expect(describeDriverError(wrapped, 'Connecting failed').message).toBe(
      'Connecting failed: self-signed certificate',
    );
  });
});
