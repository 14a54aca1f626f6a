import { describe, expect, it } from 'vitest';
import { refusal, success } from '../__tests__/recorded-fetch.ts';
import { PixVerseAPIError, PixVerseResponseError } from '../errors.ts';
import { interpretResponse } from './interpret-response.ts';
import { createRedactor } from './redact.ts';

const KEY = 'sk-0123456789abcdef';
const context = {
  traceId: 'trace-1',
  redactor: createRedactor(KEY),
  mayHaveBeenProcessed: (byThisAnswer: boolean): boolean => byThisAnswer,
};

function interpret(httpStatus: number, bodyText: string, retryAfterMs: number | null = null): unknown {
  const readText = (reply: unknown): string | undefined => (typeof reply === 'string' ? reply : undefined);
  return interpretResponse({ httpStatus, bodyText, retryAfterMs }, readText, context);
}

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('expected an error');
}

describe('interpretResponse', () => {
  it('gives the reply of a success, whatever its message', () => {
    expect(interpret(200, success('"reply"'))).toBe('reply');
    expect(interpret(201, '{"ErrCode":"0","ErrMsg":"anything","Resp":"reply"}')).toBe('reply');
  });

  it('lets the code win over the HTTP status', () => {
    for (const status of [200, 302, 400, 429, 500]) {
      expect(thrownBy(() => interpret(status, refusal(500090)))).toMatchObject({
        errCode: 500090,
        class: 'quota',
        retry: 'never',
        httpStatus: status,
      });
    }
  });

  it('asks the HTTP status about a code of no known family', () => {
    expect(thrownBy(() => interpret(429, refusal(429), 2_000))).toMatchObject({
      errCode: 429,
      class: 'rate_limit',
      retry: 'later',
      retryAfterMs: 2_000,
    });
    expect(thrownBy(() => interpret(200, refusal(429)))).toMatchObject({ class: 'unknown', retry: 'never' });
  });

  it('goes by the HTTP status when there is no code', () => {
    const error = thrownBy(() => interpret(401, 'Invalid API-KEY'));
    expect(error).toBeInstanceOf(PixVerseAPIError);
    expect(error).toMatchObject({ errCode: null, class: 'auth', httpStatus: 401, providerMessage: null });
  });

  it('does not believe a success inside a failed HTTP status', () => {
    expect(thrownBy(() => interpret(502, success('"reply"')))).toMatchObject({
      errCode: null,
      class: 'server',
      providerMessage: 'success',
      mayHaveBeenProcessed: true,
    });
  });

  it.each([
    ['a redirect', 302, success('"reply"')],
    ['a page', 200, '<html></html>'],
    ['nothing', 204, ''],
    ['no reply', 200, success('null')],
    ['a reply of another shape', 200, success('{}')],
  ])('calls %s unusable and keeps it as evidence', (_name, status, body) => {
    const error = thrownBy(() => interpret(status, body));
    expect(error).toBeInstanceOf(PixVerseResponseError);
    expect(error).toMatchObject({ httpStatus: status, bodyExcerpt: body, mayHaveBeenProcessed: true });
  });

  it('cuts long texts, after removing the key from them', () => {
    const echo = 'x'.repeat(495) + KEY;
    const unusable = thrownBy(() => interpret(200, echo)) as PixVerseResponseError;
    expect(unusable.bodyExcerpt).toBe(`${'x'.repeat(495)}[API `);
    const refused = thrownBy(() => interpret(200, refusal(400012, `bad key ${KEY}`))) as PixVerseAPIError;
    expect(refused.providerMessage).toBe('bad key [API key removed]');
    expect(refused.message).toBe('PixVerse answered with error 400012 (auth): bad key [API key removed]');
  });
});
