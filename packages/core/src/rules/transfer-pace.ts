import type { TransferPace } from '../ports/index.ts';

/** The progress of a transfer. Only time spent waiting for the other side counts, so our own slow disk does not. */
export interface TransferStand {
  readonly silentMs: number;
  readonly windowMs: number;
  readonly windowBytes: number;
}

export const transferStart: TransferStand = { silentMs: 0, windowMs: 0, windowBytes: 0 };

/** Why a transfer is given up. */
export type TransferFault = 'silent' | 'too_slow';

/**
 * The transfer after one more wait for the other side.
 *
 * @param bytes what the wait brought; 0 when it only took time
 */
export function afterWait(
  stand: TransferStand,
  pace: TransferPace,
  waitedMs: number,
  bytes: number,
): TransferStand | TransferFault {
  const silentMs = bytes > 0 ? 0 : stand.silentMs + waitedMs;
  if (silentMs >= pace.silenceMs) {
    return 'silent';
  }
  const windowMs = stand.windowMs + waitedMs;
  const windowBytes = stand.windowBytes + bytes;
  if (windowMs < pace.windowMs) {
    return { silentMs, windowMs, windowBytes };
  }
  return windowBytes * 1_000 < pace.bytesPerSecond * windowMs
    ? 'too_slow'
    : { silentMs, windowMs: 0, windowBytes: 0 };
}

/** The longest wait before `afterWait` has to be asked, in milliseconds. */
export function nextLookMs(stand: TransferStand, pace: TransferPace): number {
  return Math.min(pace.silenceMs - stand.silentMs, pace.windowMs - stand.windowMs);
}

/** The event as a clause without a subject's name. */
export function describeTransferFault(
  fault: TransferFault,
  pace: TransferPace,
  way: 'received' | 'sent',
): string {
  const verb = way === 'received' ? 'came' : 'was taken';
  switch (fault) {
    case 'silent':
      return `nothing ${verb} for ${pace.silenceMs / 1_000} s`;
    case 'too_slow':
      return `less than ${pace.bytesPerSecond} bytes a second ${verb} over ${pace.windowMs / 1_000} s`;
  }
}
