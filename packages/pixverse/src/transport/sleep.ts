import type { Sleep } from './settings.ts';

/** The default wait between two requests of a call. An abort ends it early; the next request then reports the abort. */
export const sleep: Sleep = (delayMs, signal) =>
  new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve();
      return;
    }
    const finish = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, delayMs);
    signal?.addEventListener('abort', finish, { once: true });
  });
