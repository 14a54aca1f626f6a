import { describe, expect, it } from 'vitest';
import { createLogDestination } from './log-destination.ts';
import { createLogger } from './logger.ts';

/** A log with room for so many bytes; null for no bound. */
function setUp() {
  const state = { room: null as number | null, text: '' };
  const destination = createLogDestination(
    (bytes) => {
      const fits = Math.min(bytes.byteLength, state.room ?? bytes.byteLength, 7);
      if (fits === 0) {
        throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
      }
      state.text += Buffer.from(bytes.subarray(0, fits)).toString('utf8');
      if (state.room !== null) {
        state.room -= fits;
      }
      return fits;
    },
    () => 1_000,
  );
  return { state, destination };
}

const lines = (text: string): unknown[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      try {
        return (JSON.parse(line) as { msg: string }).msg;
      } catch {
        return 'cut off';
      }
    });

describe('the log destination', () => {
  it('writes every byte of a line, however few fit at a time', () => {
    const { state, destination } = setUp();
    destination.write('{"msg":"a line that is longer than one write"}\n');
    expect(lines(state.text)).toEqual(['a line that is longer than one write']);
    expect(destination.statistics()).toEqual({ dropped: 0, failing: false });
  });

  it('drops and counts what does not fit, and says it once when the log works again', () => {
    const { state, destination } = setUp();
    const logger = createLogger('info', destination);
    logger.info({}, 'before');
    state.room = 10;
    for (let line = 0; line < 3; line += 1) {
      logger.info({}, 'lost');
    }
    expect(destination.statistics()).toEqual({ dropped: 3, failing: true });
    state.room = null;
    logger.info({}, 'after');
    logger.info({}, 'later');
    expect(lines(state.text)).toEqual([
      'before',
      'cut off',
      'log lines were dropped: the log could not be written',
      'after',
      'later',
    ]);
    expect(state.text).toContain('"dropped":3');
    expect(destination.statistics()).toEqual({ dropped: 3, failing: false });
  });

  it('does not wait for a log that takes nothing and says nothing', () => {
    const destination = createLogDestination(() => 0);
    destination.write('a line\n');
    expect(destination.statistics()).toEqual({ dropped: 1, failing: true });
  });
});
