import { beforeEach, describe, expect, it } from 'vitest';
import type { TransferPace } from '@pixsim7/core';
import { steadily, TransferStalledError } from './steady-transfer.ts';
import type { TransferClock } from './steady-transfer.ts';

const pace: TransferPace = { silenceMs: 1_000, bytesPerSecond: 100, windowMs: 3_000 };

/** A clock that the test moves. */
class FakeClock implements TransferClock {
  readonly #timers = new Set<{ at: number; call: () => void }>();
  #now = 0;

  now(): number {
    return this.#now;
  }

  after(delayMs: number, call: () => void): () => void {
    const timer = { at: this.#now + delayMs, call };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  get timers(): number {
    return this.#timers.size;
  }

  /** Moves on step by step, and lets what waits go on in between. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      await settle();
      const [next] = [...this.#timers].filter(({ at }) => at <= end).sort((one, other) => one.at - other.at);
      if (next === undefined) {
        break;
      }
      this.#now = next.at;
      this.#timers.delete(next);
      next.call();
    }
    this.#now = end;
    await settle();
  }
}

function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A source that gives what the test puts in, and can be broken off. */
function createSource() {
  const chunks: Uint8Array[] = [];
  let wake = (): void => undefined;
  let state: 'open' | 'ended' | 'broken' = 'open';
  const change = (next?: typeof state): void => {
    state = next ?? state;
    wake();
  };
  return {
    returned: false,
    push(bytes: number) {
      chunks.push(new Uint8Array(bytes));
      change();
    },
    end: () => change('ended'),
    breakOff: () => change('broken'),
    async *[Symbol.asyncIterator]() {
      try {
        for (;;) {
          const chunk = chunks.shift();
          if (chunk !== undefined) {
            yield chunk;
          } else if (state === 'ended') {
            return;
          } else if (state === 'broken') {
            throw new Error('broken off');
          } else {
            await new Promise<void>((resolve) => (wake = resolve));
          }
        }
      } finally {
        this.returned = true;
      }
    },
  };
}

let clock: FakeClock;
let source: ReturnType<typeof createSource>;
let received: number;
/** `done`, or the error that it ended with. */
let ended: unknown;

beforeEach(() => {
  clock = new FakeClock();
  source = createSource();
  received = 0;
  ended = null;
});

function read(): void {
  const chunks = steadily(source, pace, () => source.breakOff(), clock);
  void (async () => {
    for await (const chunk of chunks) {
      received += chunk.byteLength;
    }
  })().then(
    () => (ended = 'done'),
    (error: unknown) => (ended = error),
  );
}

describe('a transfer', () => {
  it('passes everything on and leaves no timer behind', async () => {
    read();
    for (let count = 0; count < 10; count += 1) {
      source.push(50);
      await clock.advance(400);
    }
    source.end();
    await clock.advance(0);
    expect([received, ended, clock.timers]).toEqual([500, 'done', 0]);
  });

  it('is broken off when nothing comes for too long, and not before', async () => {
    read();
    source.push(1);
    await clock.advance(999);
    expect(ended).toBeNull();
    await clock.advance(1);
    expect(ended).toBeInstanceOf(TransferStalledError);
    expect(ended).toMatchObject({ fault: 'silent', message: 'nothing came for 1 s' });
    expect([source.returned, clock.timers]).toEqual([true, 0]);
  });

  it('is broken off when it drips, after one window', async () => {
    read();
    for (let count = 0; count < 29; count += 1) {
      source.push(4);
      await clock.advance(100);
    }
    expect(ended).toBeNull();
    await clock.advance(100);
    expect(ended).toMatchObject({ fault: 'too_slow' });
  });

  it('may be slow at times when it is fast enough over the window', async () => {
    read();
    for (let count = 0; count < 10; count += 1) {
      source.push(count % 3 === 0 ? 290 : 5);
      await clock.advance(900);
    }
    expect(ended).toBeNull();
  });

  it('fails with the error of its source', async () => {
    read();
    source.breakOff();
    await clock.advance(0);
    expect(ended).toMatchObject({ message: 'broken off' });
    expect(clock.timers).toBe(0);
  });

  it('is not blamed for a reader that is slow', async () => {
    const chunks = steadily(source, pace, () => source.breakOff(), clock);
    for (let count = 0; count < 20; count += 1) {
      source.push(10);
    }
    for (let count = 0; count < 20; count += 1) {
      await chunks.next();
      await clock.advance(60_000);
    }
    source.end();
    expect(await chunks.next()).toMatchObject({ done: true });
  });

  it('closes its source when the reader leaves', async () => {
    source.push(1);
    source.push(1);
    for await (const chunk of steadily(source, pace, () => undefined, clock)) {
      expect(chunk.byteLength).toBe(1);
      break;
    }
    expect([source.returned, clock.timers]).toEqual([true, 0]);
  });
});
