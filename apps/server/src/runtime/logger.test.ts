import { expect, it } from 'vitest';
import { describeError } from './logger.ts';

it('describes an error with its causes and without what hangs on it', () => {
  const cause = Object.assign(new Error('connection refused'), { code: 'ECONNREFUSED' });
  const error = Object.assign(new Error('not sent', { cause }), {
    request: { headers: { authorization: 'secret' } },
  });
  const described = describeError(error);
  expect(described).toMatchObject({
    name: 'Error',
    message: 'not sent',
    cause: { message: 'connection refused', code: 'ECONNREFUSED' },
  });
  expect(JSON.stringify(described)).not.toContain('secret');
});

it('describes what is no error', () => {
  expect(describeError('just text')).toEqual({ message: 'just text' });
});
