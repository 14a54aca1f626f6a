import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createCleaner } from './clean-cause.ts';

const secret = '0123456789abcdef';
const key = `7c1e-id:${secret}`;
const cleaner = createCleaner(key);

describe('createCleaner', () => {
  it('removes the key and its secret half, and nothing else', () => {
    expect(cleaner.text(`with ${key} and ${secret}.`)).toBe('with [key removed] and [key removed].');
    expect(cleaner.text('nothing of 7c1e-id')).toBe('nothing of 7c1e-id');
  });

  it('does not tear up texts for a secret that is as short as a word', () => {
    expect(createCleaner('me:a').text('a cat, me:a')).toBe('a cat, [key removed]');
  });

  it('keeps name, message, code and the chain of a cause', () => {
    const root = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
    expect(cleaner.cause(new TypeError('fetch failed', { cause: root }))).toMatchObject({
      name: 'TypeError',
      message: 'fetch failed',
      cause: { message: 'read ECONNRESET', code: 'ECONNRESET' },
    });
  });

  it('lets no key through, wherever the error carries it', () => {
    const root = Object.assign(new Error(`header ${key}`), { code: key, headers: { authorization: key } });
    root.name = key;
    const error = Object.assign(new Error('outer', { cause: root }), { request: { key } });
    expect(inspect(cleaner.cause(error), { depth: 10, showHidden: true })).not.toContain(secret);
    expect(cleaner.cause(`thrown ${key}`)).toBe('thrown [key removed]');
    expect(cleaner.cause({ headers: key })).toBeUndefined();
  });

  it('comes to an end on a cause that leads back to itself', () => {
    const error = new Error('loop');
    error.cause = error;
    expect(cleaner.cause(error)).toBeInstanceOf(Error);
  });
});
