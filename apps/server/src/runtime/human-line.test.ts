import { describe, expect, it } from 'vitest';
import { humanLine } from './human-line.ts';

const time = new Date(2026, 0, 1, 12, 0, 1).getTime();
const line = (fields: object): string =>
  `${JSON.stringify({ level: 40, time, service: 'pixsim7', ...fields })}\n`;

describe('a log line for people', () => {
  it('has the time, the level, the sentence and the fields', () => {
    expect(
      humanLine(line({ msg: 'balance not read', account_id: 'acc_1', failures: 3, reason: null }), false),
    ).toBe('12:00:01 warn  balance not read account_id=acc_1 failures=3\n');
  });

  it('shows of an error what it is', () => {
    const error = { name: 'Error', message: 'No answer.', code: 'no_answer', stack: 'at …' };
    expect(humanLine(line({ msg: 'failed', error }), false)).toBe(
      '12:00:01 warn  failed error="no_answer: No answer."\n',
    );
  });

  it('is one line, and cannot paint the terminal by what somebody sent', () => {
    const shown = humanLine(line({ msg: 'x', prompt: 'a\nb\u001B[31m' }), false);
    expect(shown.trimEnd().split('\n')).toHaveLength(1);
    expect(shown).not.toContain('\u001B');
  });

  it('is painted where there are colours', () => {
    expect(humanLine(line({ msg: 'x' }), true)).toContain('\u001B[33mwarn \u001B[0m');
  });

  it.each(['no json\n', '{"level":30}\n', '[]\n'])('leaves %j as it is', (text) => {
    expect(humanLine(text, false)).toBe(text);
  });
});
