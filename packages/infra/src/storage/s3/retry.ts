import { jitteredMs } from '@pixsim7/core';
import type { Logger } from '@pixsim7/core';
import { BlobStoreError } from '../blob-store-error.ts';

export interface RetryOptions {
  /** One more try follows each wait. */
  readonly waitsMs: readonly number[];
  readonly wait: (milliseconds: number) => Promise<void>;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly logger?: Logger | undefined;
}

/** Makes a call again while the store is unavailable; any other error ends it. */
export type Retry = <Result>(action: string, call: () => Promise<Result>) => Promise<Result>;

/** For calls that may be made twice only: whether the lost one took effect is not known. */
export function createRetry({ waitsMs, wait, random, logger }: RetryOptions): Retry {
  return async (action, call) => {
    for (const longestMs of waitsMs) {
      try {
        return await call();
      } catch (error) {
        if (!(error instanceof BlobStoreError) || error.code !== 'storage_unavailable') {
          throw error;
        }
        const waitMs = Math.round(jitteredMs(longestMs, random()));
        logger?.warn({ error, waitMs }, `The object store failed to ${action}; trying again`);
        await wait(waitMs);
      }
    }
    return call();
  };
}
