import { beforeEach, describe, expect, it } from 'vitest';
import type { Logger } from '@pixsim7/core';
import { createOutageLog } from './outage-log.ts';
import type { OutageLog } from './outage-log.ts';

describe('createOutageLog', () => {
  let now: number;
  let lines: [Record<string, unknown>, string][];
  let log: OutageLog;

  beforeEach(() => {
    now = 1_790_000_000_000;
    lines = [];
    const never = (): never => {
      throw new Error('An outage is a warning.');
    };
    const logger: Logger = {
      debug: never,
      info: never,
      error: never,
      warn: (fields, message) => lines.push([fields, message]),
    };
    log = createOutageLog(logger, () => now);
  });

  it('warns with the reason and the fields', () => {
    log.report('Redis is away.', new Error('connect ECONNREFUSED'), { step: 'check' });
    expect(lines).toEqual([
      [{ step: 'check', code: 'unknown', reason: 'connect ECONNREFUSED', heldBack: 0 }, 'Redis is away.'],
    ]);
  });

  it('holds the same message back for 10 s and then tells how often', () => {
    for (let second = 0; second < 10; second += 1) {
      log.report('Redis is away.', 'closed');
      now += 1_000;
    }
    expect(lines).toHaveLength(1);
    log.report('Redis is away.', 'closed');
    expect(lines.map(([fields]) => fields['heldBack'])).toEqual([0, 9]);
  });

  it('starts to count anew after each line', () => {
    for (let line = 0; line < 3; line += 1) {
      log.report('Redis is away.', 'closed');
      log.report('Redis is away.', 'closed');
      now += 10_000;
    }
    expect(lines.map(([fields]) => fields['heldBack'])).toEqual([0, 1, 1]);
  });

  it('holds back no other message', () => {
    log.report('Redis is away.', 'closed');
    log.report('A step could not be offered.', 'closed');
    expect(lines.map(([, message]) => message)).toEqual(['Redis is away.', 'A step could not be offered.']);
  });

  it('writes nothing of an error but its text, because that of a login carries the password', () => {
    const error = Object.assign(new Error('WRONGPASS invalid username-password pair'), {
      command: { name: 'auth', args: ['default', 'secret-password'] },
    });
    log.report('Redis is away.', error);
    expect(JSON.stringify(lines)).not.toContain('secret-password');
    expect(lines[0]?.[0]['reason']).toBe('WRONGPASS invalid username-password pair');
  });

  it.each([
    ['a text', 'a text'],
    [null, 'null'],
    [42, '42'],
  ])('takes %j as a reason', (reason, text) => {
    log.report('Redis is away.', reason);
    expect(lines[0]?.[0]['reason']).toBe(text);
  });
});
