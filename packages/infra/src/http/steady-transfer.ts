import { afterWait, describeTransferFault, nextLookMs, transferStart } from '@pixsim7/core';
import type { TransferFault, TransferPace, TransferStand } from '@pixsim7/core';

/** The other side of a transfer fell silent or was too slow. */
export class TransferStalledError extends Error {
  override readonly name = 'TransferStalledError';
  readonly code = 'transfer_stalled';
  readonly fault: TransferFault;

  constructor(fault: TransferFault, pace: TransferPace, way: 'received' | 'sent' = 'received') {
    super(describeTransferFault(fault, pace, way));
    this.fault = fault;
  }
}

/** Measures waits. The wall clock can jump; this one must not. */
export interface TransferClock {
  /** Milliseconds. */
  now(): number;
  /** Calls once after the delay; the returned function calls it off. */
  after(delayMs: number, call: () => void): () => void;
}

export const monotonicClock: TransferClock = {
  now: () => performance.now(),
  after: (delayMs, call) => {
    const timer = setTimeout(call, delayMs).unref();
    return () => clearTimeout(timer);
  },
};

/**
 * The chunks of a source that keeps the pace.
 *
 * @param giveUp breaks the source off, which may be in the middle of a read
 * @throws TransferStalledError, and whatever the source throws
 */
export async function* steadily(
  source: AsyncIterable<Uint8Array>,
  pace: TransferPace,
  giveUp: (error: TransferStalledError) => void,
  clock: TransferClock = monotonicClock,
): AsyncGenerator<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]();
  let stand = transferStart;
  let isOver = false;
  try {
    for (;;) {
      const read = iterator.next();
      const { result, after } = await waitFor(read, stand, pace, clock);
      if (typeof after === 'string') {
        isOver = true;
        // It ends because of what follows, and nobody is there to hear of it.
        read.catch(() => undefined);
        const error = new TransferStalledError(after, pace);
        giveUp(error);
        throw error;
      }
      stand = after;
      if (result === null || result.done === true) {
        isOver = true;
        return;
      }
      yield result.value;
    }
  } catch (error) {
    isOver = true;
    throw error;
  } finally {
    // The reader left early.
    if (!isOver) {
      await iterator.return?.();
    }
  }
}

type Read = Promise<IteratorResult<Uint8Array>>;

/** Waits for one read, and looks at the pace as often as it could be broken. */
async function waitFor(
  read: Read,
  before: TransferStand,
  pace: TransferPace,
  clock: TransferClock,
): Promise<{ result: IteratorResult<Uint8Array> | null; after: TransferStand | TransferFault }> {
  let stand = before;
  for (;;) {
    const beganAt = clock.now();
    const result = await within(read, nextLookMs(stand, pace), clock);
    const bytes = result === null || result.done === true ? 0 : result.value.byteLength;
    const waitedMs = clock.now() - beganAt;
    if (result?.done === true) {
      return { result, after: stand };
    }
    const after = afterWait(stand, pace, waitedMs, bytes);
    if (result !== null || typeof after === 'string') {
      return { result, after };
    }
    stand = after;
  }
}

/** null when the time is over first. */
async function within(read: Read, limitMs: number, clock: TransferClock) {
  let callOff = (): void => undefined;
  const late = new Promise<null>((resolve) => {
    callOff = clock.after(limitMs, () => resolve(null));
  });
  try {
    return await Promise.race([read, late]);
  } finally {
    callOff();
  }
}
