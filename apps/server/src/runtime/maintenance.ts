import { repeat, startResumeLoop, type Core, type CoreDependencies } from '@pixsim7/core';

const minute = 60_000;
/** Work that fails rests for up to so long; the hourly one is not held up by it. */
const longestRestMs = 60 * minute;

/** The work that no request asks for. Returns the function that stops it and waits for what runs. */
export function startMaintenance(core: Core, dependencies: CoreDependencies): () => Promise<void> {
  const { blobs } = dependencies;
  const every = (intervalMs: number, longestMs: number, name: string, work: () => Promise<unknown>) =>
    repeat(dependencies, { intervalMs, longestRestMs: longestMs, failed: `${name} failed`, work });
  const stops = [
    startResumeLoop(dependencies),
    every(minute / 4, 2 * minute, 'reading balances', () => core.accounts.readDueBalances()),
    every(10 * minute, longestRestMs, 'removing unused files', () => core.assets.sweep()),
    every(60 * minute, longestRestMs, 'forgetting old webhooks', () => core.notices.forgetOld()),
    every(60 * minute, longestRestMs, 'removing temporary files', () => blobs.sweep()),
  ];
  return async () => {
    await Promise.all(stops.map((stop) => stop()));
  };
}
