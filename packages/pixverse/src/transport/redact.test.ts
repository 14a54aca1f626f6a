import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createRedactor } from './redact.ts';

const KEY = 'sk-0123456789abcdef';
const redactor = createRedactor(KEY);

describe('redactor.text', () => {
  it('removes every occurrence and nothing else', () => {
    expect(redactor.text(`key ${KEY} and ${KEY}.`)).toBe('key [API key removed] and [API key removed].');
    expect(redactor.text('nothing secret')).toBe('nothing secret');
  });
});

describe('redactor.cause', () => {
  it('keeps name, message, code and the chain of an error', () => {
    const root = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
    const copy = redactor.cause(new TypeError('fetch failed', { cause: root }));
    expect(copy).toMatchObject({
      name: 'TypeError',
      message: 'fetch failed',
      cause: { message: 'read ECONNRESET', code: 'ECONNRESET' },
    });
    expect(copy).toBeInstanceOf(Error);
  });

  it('follows the first of several errors', () => {
    const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    const copy = redactor.cause(new AggregateError([refused, new Error('second')], 'all failed'));
    expect(copy).toMatchObject({ message: 'all failed', cause: { code: 'ECONNREFUSED' } });
  });

  it('lets no key through, wherever the error carries it', () => {
    const root = Object.assign(new Error(`header ${KEY}`), { code: KEY, headers: { 'API-KEY': KEY } });
    root.name = KEY;
    const error = Object.assign(new Error('outer', { cause: root }), {
      request: { headers: { 'API-KEY': KEY } },
    });
    expect(inspect(redactor.cause(error), { depth: 10, showHidden: true })).not.toContain(KEY);
    expect(redactor.cause(`thrown ${KEY}`)).toBe('thrown [API key removed]');
    expect(redactor.cause({ headers: KEY })).toBeUndefined();
  });

  it('comes to an end on a cause that leads back to itself', () => {
    const error = new Error('loop');
    error.cause = error;
    expect(redactor.cause(error)).toBeInstanceOf(Error);
  });
});
