import type { TransferLimits, TransferPace } from '../ports/index.ts';

const second = 1_000;
const minute = 60 * second;

/** Bound of a file that a person brings, in bytes. Providers take 50 MB of video at most. */
export const maxUploadBytes = 200 * 1024 ** 2;

/**
 * Far below any line that a person would call working, because what is paid for must arrive over a bad one too. A link
 * below it is dead or malicious, and is tried again later.
 */
const leastPace: TransferPace = { silenceMs: 30 * second, bytesPerSecond: 4_096, windowMs: 30 * second };

/**
 * A finished video: 50 MB at 14 KB/s. The time is a bound for what stays just above the pace; meanwhile it holds one of its
 * account's own places.
 */
export const outputTransfer: TransferLimits = { timeoutMs: 60 * minute, pace: leastPace };

/** A file that a request names by URL. Its sender waits for the answer. */
export const importTransfer: TransferLimits = {
  timeoutMs: 60 * second,
  pace: { silenceMs: 15 * second, bytesPerSecond: 4_096, windowMs: 15 * second },
};

/** A file that a client uploads to us. */
export const uploadPace: TransferPace = leastPace;

/** Uploads to a provider: the inputs of a job. */
export const sendPace: TransferPace = leastPace;
