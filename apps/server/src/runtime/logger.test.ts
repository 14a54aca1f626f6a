import { expect, it } from 'vitest';
import { createLogger, describeError } from './logger.ts';

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

it('writes one JSON object a line, without what must not be in one', () => {
  const lines: string[] = [];
  const logger = createLogger('info', { write: (line) => void lines.push(line) });
  logger.debug({}, 'too fine');
  logger.info(
    {
      job_id: 'job_1',
      authorization: 'Bearer secret',
      credentials: { api_key: 'secret' },
      account: { api_key: 'secret', credentials: 'secret', label: 'Main' },
      error: new Error('no'),
    },
    'said',
  );
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    service: 'pixsim7',
    msg: 'said',
    job_id: 'job_1',
    account: { label: 'Main' },
    error: { message: 'no' },
  });
  expect(lines[0]).not.toContain('secret');
});
