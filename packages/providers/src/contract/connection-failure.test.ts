import { describe, expect, it } from 'vitest';
import { connectionFailureOf } from './connection-failure.ts';

const systemError = (code: string) => Object.assign(new Error(`connect to 10.0.0.1 ${code}`), { code });
const fetchFailed = (cause: unknown) => new TypeError('fetch failed', { cause });

describe('connectionFailureOf', () => {
  it.each(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT', 'connection_not_opened'])(
    'knows by %s that nothing was sent',
    (code) => {
      expect(connectionFailureOf(fetchFailed(systemError(code)))).toEqual({ code, wasNeverSent: true });
    },
  );

  it.each(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'EHOSTUNREACH'])('leaves it open after %s', (code) => {
    expect(connectionFailureOf(fetchFailed(systemError(code)))).toEqual({ code, wasNeverSent: false });
  });

  it('looks into a host that was tried at several addresses', () => {
    const tried = new AggregateError([systemError('ECONNREFUSED'), systemError('ECONNREFUSED')]);
    expect(connectionFailureOf(fetchFailed(tried))).toEqual({ code: 'ECONNREFUSED', wasNeverSent: true });
  });

  it('names a call that was stopped; the code of a DOMException is a number and says less', () => {
    const stopped = new DOMException('stopped', 'AbortError');
    expect(connectionFailureOf(stopped)).toEqual({ code: 'AbortError', wasNeverSent: false });
  });

  it('ends on a chain that loops, and on what is no error', () => {
    const loop = new Error('loop');
    loop.cause = loop;
    const unknown = { code: 'connection_failed', wasNeverSent: false };
    expect(connectionFailureOf(loop)).toEqual(unknown);
    expect(connectionFailureOf('a text')).toEqual(unknown);
  });
});
