import { describe, expect, it } from 'vitest';
import type { TroubleCode } from '@pixsim7/contracts';
import { reasonOf } from './causes.ts';
import { connectionTrouble } from './connection-trouble.ts';

const server = { name: 'The server', setting: 'SERVER_URL', ownCa: 'in CA_FILE' };
const withCode = (code: string, words = `words of ${code}`): Error =>
  Object.assign(new Error(words), { code });

const table: readonly (readonly [string, TroubleCode, RegExp])[] = [
  ['ENOTFOUND', 'host_unknown', /host name is not known/u],
  ['EAI_AGAIN', 'host_unknown', /DNS does not answer/u],
  ['ECONNREFUSED', 'connection_refused', /nothing accepts connections/u],
  ['ETIMEDOUT', 'no_answer', /does not answer in time/u],
  ['UND_ERR_CONNECT_TIMEOUT', 'no_answer', /does not answer in time/u],
  ['EHOSTUNREACH', 'no_answer', /no network route leads/u],
  ['ENETUNREACH', 'no_answer', /no network route leads/u],
  ['ECONNRESET', 'connection_lost', /connection was closed/u],
  ['EPIPE', 'connection_lost', /connection was closed/u],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls_failed', /authority that this process does not trust/u],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'tls_failed', /authority that this process does not trust/u],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls_failed', /authority that this process does not trust/u],
  ['CERT_HAS_EXPIRED', 'tls_failed', /not valid now/u],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls_failed', /for another host/u],
  ['EPROTO', 'tls_failed', /does not speak TLS/u],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls_failed', /does not speak TLS/u],
];

describe('why a server cannot be reached', () => {
  it.each(table)('%s: %s', (code, ours, words) => {
    const trouble = connectionTrouble(withCode(code), server);
    expect(trouble).toMatchObject({
      code: ours,
      summary: expect.stringMatching(words) as string,
      reason: `words of ${code}`,
    });
    expect(trouble?.advice).toMatch(/SERVER_URL|CA_FILE|certificate/u);
  });

  it('is told for every address of a host', () => {
    const both = new AggregateError(
      [withCode('ECONNREFUSED', 'connect ::1'), withCode('ECONNREFUSED', 'connect 127.0.0.1')],
      '',
    );
    const error = new TypeError('fetch failed', { cause: both });
    expect(connectionTrouble(error, server)).toMatchObject({
      code: 'connection_refused',
      reason: 'connect ::1; connect 127.0.0.1',
    });
  });

  it('tells a certificate file that cannot be read from a socket', () => {
    const file = Object.assign(withCode('ENOENT'), { syscall: 'open' });
    const socket = Object.assign(withCode('ENOENT'), { syscall: 'connect' });
    expect(connectionTrouble(file, server)?.code).toBe('tls_failed');
    expect(connectionTrouble(socket, server)?.code).toBe('connection_refused');
  });

  it('is not claimed of another error', () => {
    expect(connectionTrouble(new Error('a rule is broken'), server)).toBeNull();
    expect(connectionTrouble('text', server)).toBeNull();
  });
});

describe('reasonOf', () => {
  it('has an end for causes that loop', () => {
    const [one, two] = [new Error('one'), new Error('two')];
    one.cause = two;
    two.cause = one;
    expect(reasonOf(one)).toMatch(/one|two/u);
  });

  it('never is empty', () => {
    expect(reasonOf(new AggregateError([], ''))).not.toBe('');
    expect(reasonOf(withCode('ECONNRESET', ''))).toBe('ECONNRESET');
    expect(reasonOf(null)).toBe('null');
  });
});
