import { describe, expect, it } from 'vitest';
import { wasNeverSent } from './connection-failure.ts';

function fetchFailed(code: string): TypeError {
  return new TypeError('fetch failed', { cause: Object.assign(new Error('system'), { code }) });
}

describe('wasNeverSent', () => {
  it.each(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT', 'connection_not_opened'])(
    'is sure about %s',
    (code) => {
      expect(wasNeverSent(fetchFailed(code))).toBe(true);
    },
  );

  it.each(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'UND_ERR_SOCKET', 'UND_ERR_HEADERS_TIMEOUT'])(
    'is not sure about %s',
    (code) => {
      expect(wasNeverSent(fetchFailed(code))).toBe(false);
    },
  );

  it('reads the code of several failed addresses at once', () => {
    const aggregate = Object.assign(new AggregateError([new Error('v6'), new Error('v4')]), {
      code: 'ECONNREFUSED',
    });
    expect(wasNeverSent(new TypeError('fetch failed', { cause: aggregate }))).toBe(true);
  });

  it('goes by the outermost code', () => {
    const refused = Object.assign(new Error('inner'), { code: 'ECONNREFUSED' });
    const reset = Object.assign(new Error('outer', { cause: refused }), { code: 'ECONNRESET' });
    expect(wasNeverSent(reset)).toBe(false);
  });

  it('is not sure about anything without a code', () => {
    const loop = new Error('loop');
    loop.cause = loop;
    for (const cause of [new TypeError('Failed to fetch'), 'text', undefined, loop]) {
      expect(wasNeverSent(cause)).toBe(false);
    }
  });
});
