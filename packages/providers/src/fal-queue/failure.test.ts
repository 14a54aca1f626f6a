import { describe, expect, it } from 'vitest';
import { readFailure } from './failure.ts';

const read = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  readFailure(status, new Headers(headers), body, (text) => text.replaceAll('secret', '***'));

describe('readFailure', () => {
  it('reads the list of a model', () => {
    const body = {
      detail: [
        { loc: ['body', 'image_url'], msg: 'Failed to download the file.', type: 'file_download_error' },
        { loc: ['body', 'prompt'], msg: 'field required', type: 'missing' },
      ],
    };
    expect(read(422, body, { 'X-Fal-Retryable': 'false' })).toEqual({
      httpStatus: 422,
      types: ['file_download_error', 'missing'],
      text: 'Failed to download the file.; field required',
      isOfModel: true,
      isRetryable: false,
      retryAfterSeconds: null,
    });
  });

  it('reads the text and type of the queue, from body or header', () => {
    expect(read(503, { detail: 'no runner', error_type: 'runner_scheduling_failure' })).toMatchObject({
      types: ['runner_scheduling_failure'],
      text: 'no runner',
      isOfModel: false,
      isRetryable: null,
    });
    expect(read(500, 'oops', { 'x-fal-error-type': 'internal_error' })).toMatchObject({
      types: ['internal_error'],
      text: 'oops',
    });
  });

  it('names a type once, though body and header both have it', () => {
    const { types } = read(503, { error_type: 'internal_error' }, { 'x-fal-error-type': 'internal_error' });
    expect(types).toEqual(['internal_error']);
  });

  it('tells the time limit that the caller set from one of fal', () => {
    const body = { detail: 'Request timed out', error_type: 'request_timeout' };
    expect(read(504, body, { 'x-fal-request-timeout-type': 'user' }).types).toContain('request_timeout:user');
    expect(read(504, body).types).toEqual(['request_timeout']);
  });

  it.each([
    ['true', true],
    ['1', true],
    ['False', false],
    ['0', false],
    ['perhaps', null],
  ])('reads the older name of the repeat header too: %s', (value, expected) => {
    expect(read(422, {}, { 'x-fal-needs-retry': value }).isRetryable).toBe(expected);
  });

  it.each([
    ['7', 7],
    ['Wed, 21 Oct 2026 07:28:00 GMT', null],
    ['-1', null],
  ])('reads Retry-After %s', (value, expected) => {
    expect(read(429, {}, { 'retry-after': value }).retryAfterSeconds).toBe(expected);
  });

  it.each([[null], [[]], ['<html>'], [42], [{ detail: [] }], [{ detail: [7] }], [{ detail: null }]])(
    'makes nothing up of %j',
    (body) => {
      expect(read(502, body)).toMatchObject({ httpStatus: 502, types: [], isOfModel: false });
    },
  );

  it('keeps texts short and clean', () => {
    const body = { detail: `secret ${'x'.repeat(10_000)}`, error_type: 'secret_type' };
    const { text, types } = read(400, body);
    expect(text).toHaveLength(500);
    expect(text.startsWith('*** x')).toBe(true);
    expect(types).toEqual(['***_type']);
  });
});
