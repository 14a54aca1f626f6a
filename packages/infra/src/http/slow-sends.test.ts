import { beforeEach, describe, expect, it, vi } from 'vitest';
import { watchSends } from './slow-sends.ts';
import type { TransferClock } from './steady-transfer.ts';

const pace = { silenceMs: 400, bytesPerSecond: 1_000, windowMs: 1_000 };

let now: number;
let next: (() => void) | null;
const clock: TransferClock = {
  now: () => now,
  after: (delayMs, call) => {
    next = () => {
      now += delayMs;
      next = null;
      call();
    };
    return () => {
      next = null;
    };
  },
};

function createSocket() {
  let close = (): void => undefined;
  return {
    bytesWritten: 0,
    writableLength: 0,
    destroy: vi.fn(),
    once: vi.fn((_event: string, listener: () => void) => {
      close = listener;
    }),
    close: () => close(),
  };
}

let socket: ReturnType<typeof createSocket>;

beforeEach(() => {
  now = 0;
  next = null;
  socket = createSocket();
  watchSends(socket as never, pace, clock);
});

/** So many looks, at each of which this many more bytes were taken. */
function look(times: number, bytes = 0): void {
  for (let count = 0; count < times && socket.destroy.mock.calls.length === 0; count += 1) {
    socket.bytesWritten += bytes;
    next?.();
  }
}

describe('a connection', () => {
  it('may be silent as long as it likes when nothing waits to be sent', () => {
    look(1_000);
    expect(socket.destroy).not.toHaveBeenCalled();
  });

  it('is ended when nothing of what waits is taken', () => {
    socket.writableLength = 100;
    socket.bytesWritten = 100;
    look(3);
    expect(socket.destroy).not.toHaveBeenCalled();
    look(2);
    expect(socket.destroy.mock.calls[0]?.[0]).toMatchObject({ fault: 'silent' });
    expect(next).toBeNull();
  });

  it('is ended when it is taken too slowly', () => {
    socket.writableLength = 100;
    look(20, 50);
    expect(socket.destroy.mock.calls[0]?.[0]).toMatchObject({ fault: 'too_slow' });
  });

  it('goes on when it is taken fast enough', () => {
    socket.writableLength = 100;
    look(100, 150);
    expect(socket.destroy).not.toHaveBeenCalled();
  });

  it('starts anew with each piece of work', () => {
    for (let call = 0; call < 10; call += 1) {
      socket.writableLength = 100;
      look(3);
      socket.writableLength = 0;
      look(1);
    }
    expect(socket.destroy).not.toHaveBeenCalled();
  });

  it('is not looked at any more once it is closed', () => {
    socket.close();
    expect(next).toBeNull();
  });
});
