import { describe, expect, it } from 'vitest';
import { createSteadyClock } from './steady-clock.ts';

const hour = 3_600_000;
const start = Date.UTC(2026, 0, 1);

/** A machine whose clock can be set, and that can sleep. */
function createMachine() {
  let monotonic = 500;
  let offset = start;
  const wallTime = (): number => offset + monotonic;
  const clock = createSteadyClock({ wallTime, monotonic: () => monotonic });
  let mark = 0;
  return {
    clock,
    wallTime,
    /** Time passes, with a reading every ten seconds. */
    pass: (ms: number): void => {
      for (let passed = 0; passed < ms; passed += 10_000) {
        monotonic += Math.min(10_000, ms - passed);
        mark = Math.max(mark, clock.now());
        clock.keepTime({ databaseTime: wallTime(), mark });
      }
    },
    setClock: (byMs: number): void => {
      offset += byMs;
    },
    read: (other = mark): void => {
      clock.keepTime({ databaseTime: wallTime(), mark: other });
    },
  };
}

describe('createSteadyClock', () => {
  it('runs with the clock of the machine', () => {
    const { clock, pass, wallTime } = createMachine();
    pass(hour);
    expect(clock.now()).toBe(wallTime());
  });

  it('goes on from where it was when the clock is set back, and catches up in twenty times the step', () => {
    const { clock, pass, setClock, wallTime } = createMachine();
    pass(hour);
    const before = clock.now();
    setClock(-hour);
    expect(clock.now()).toBe(before);
    pass(60_000);
    // The first ten seconds run at full pace: nobody has looked yet.
    expect(clock.now() - before).toBe(10_000 + 50_000 * 0.95);
    pass(21 * hour);
    expect(Math.abs(clock.now() - wallTime())).toBeLessThanOrEqual(1_000);
  });

  it('never goes back, whatever happens to the clock of the machine', () => {
    const { clock, pass, setClock } = createMachine();
    let last = clock.now();
    for (const step of [-5_000, 90_000, -hour, 2 * hour, -3 * hour, 10, -10]) {
      setClock(step);
      for (let second = 0; second < 30; second += 1) {
        pass(1_000);
        expect(clock.now()).toBeGreaterThanOrEqual(last);
        last = clock.now();
      }
    }
  });

  it('follows at once when the machine slept or its clock was set forward', () => {
    const { clock, pass, setClock, wallTime } = createMachine();
    pass(10_000);
    setClock(8 * hour);
    expect(clock.now()).toBe(wallTime());
    pass(10_000);
    expect(clock.now()).toBe(wallTime());
  });

  it('says that it jumped until the mark is past the jump', () => {
    const { clock, pass, read, setClock } = createMachine();
    pass(10_000);
    const before = clock.now();
    expect(clock.hasJumped()).toBe(false);
    setClock(hour);
    expect(clock.hasJumped()).toBe(true);
    // A reading that was on its way while the clock jumped.
    read(before);
    expect(clock.hasJumped()).toBe(true);
    read(before + hour);
    expect(clock.hasJumped()).toBe(false);
    setClock(-hour);
    expect(clock.hasJumped()).toBe(false);
  });

  it('follows the database when its own machine is behind', () => {
    const { clock, wallTime } = createMachine();
    clock.keepTime({ databaseTime: wallTime() + 5_000, mark: 0 });
    expect(clock.now()).toBe(wallTime() + 5_000);
  });

  it('begins where an earlier run of the installation ended', () => {
    const { clock, read, wallTime } = createMachine();
    read(wallTime() + hour);
    expect(clock.now()).toBe(wallTime() + hour);
  });

  it('does not hold on to a clock that was more than a day ahead', () => {
    const ahead = createMachine();
    ahead.read(ahead.wallTime() + 25 * hour);
    expect(ahead.clock.now()).toBe(ahead.wallTime());

    const wrong = createMachine();
    wrong.setClock(0);
    wrong.pass(10_000);
    wrong.setClock(-25 * hour);
    wrong.read(0);
    expect(wrong.clock.now()).toBe(wrong.wallTime());
  });
});
