import { array, assert, integer, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { importTransfer, outputTransfer, uploadPace } from './transfer-limits.ts';
import { afterWait, nextLookMs, transferStart } from './transfer-pace.ts';
import type { TransferStand } from './transfer-pace.ts';

const pace = { silenceMs: 1_000, bytesPerSecond: 100, windowMs: 3_000 };

describe('afterWait', () => {
  it.each([
    ['a first chunk', transferStart, 100, 50, { silentMs: 0, windowMs: 100, windowBytes: 50 }],
    ['a wait for nothing', transferStart, 900, 0, { silentMs: 900, windowMs: 900, windowBytes: 0 }],
    ['silence that lasts', { silentMs: 900, windowMs: 900, windowBytes: 0 }, 100, 0, 'silent'],
    [
      'a chunk at the last moment',
      { silentMs: 900, windowMs: 900, windowBytes: 0 },
      100,
      1,
      {
        silentMs: 0,
        windowMs: 1_000,
        windowBytes: 1,
      },
    ],
    ['a window with too little', { silentMs: 0, windowMs: 2_900, windowBytes: 298 }, 100, 1, 'too_slow'],
    ['a window with just enough', { silentMs: 0, windowMs: 2_900, windowBytes: 299 }, 100, 1, transferStart],
  ] as const)('%s', (_name, stand, waitedMs, bytes, after) => {
    expect(afterWait(stand, pace, waitedMs, bytes)).toEqual(after);
  });

  it('never ends a transfer at twice its pace without long pauses', () => {
    const waits = array(record({ waitedMs: integer({ min: 1, max: 999 }) }), { maxLength: 100 });
    assert(
      property(waits, (list) => {
        let stand: TransferStand = transferStart;
        for (const { waitedMs } of list) {
          const after = afterWait(stand, pace, waitedMs, Math.ceil(waitedMs / 5));
          if (typeof after === 'string') {
            throw new Error(after);
          }
          stand = after;
          expect(nextLookMs(stand, pace)).toBeGreaterThan(0);
        }
      }),
    );
  });

  it.each([
    ['outputs', outputTransfer.pace],
    ['imports', importTransfer.pace],
    ['uploads', uploadPace],
  ])('ends %s of 4 bytes a second within two windows', (_name, real) => {
    let stand: ReturnType<typeof afterWait> = transferStart;
    for (let waitedMs = 0; waitedMs < 2 * real.windowMs && typeof stand !== 'string'; waitedMs += 250) {
      stand = afterWait(stand, real, 250, 1);
    }
    expect(stand).toBe('too_slow');
  });
});
