import type { System } from '@pixsim7/core';

/** The work did not end in its time. */
export class TooSlowError extends Error {
  override readonly name = 'TooSlowError';
  readonly code = 'too_slow';

  constructor(ms: number) {
    super(`No answer within ${ms} ms.`);
  }
}

/** Bounds the time of a piece of work. @throws TooSlowError */
export type Bound = <Result>(work: Promise<Result>) => Promise<Result>;

/** The result of the work, or a rejection with `TooSlowError`. The work itself goes on: it cannot be broken off. */
export async function withinTime<Result>(
  system: Pick<System, 'every'>,
  ms: number,
  work: Promise<Result>,
): Promise<Result> {
  let stop = (): void => undefined;
  const late = new Promise<never>((_, reject) => {
    stop = system.every(ms, () => reject(new TooSlowError(ms)));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    stop();
  }
}
