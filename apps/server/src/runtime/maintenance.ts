import { repeat } from '@pixsim7/core';
import type { Feature, MaintenanceParts } from '../features/feature.ts';

/** Starts the work that no request asks for. Returns the function that stops it and waits for what runs. */
export function startMaintenance(
  features: readonly Feature[],
  parts: Omit<MaintenanceParts, 'stopping'>,
): () => Promise<void> {
  const stopping = new AbortController();
  const stops = features
    .flatMap(({ maintenance }) => maintenance?.({ ...parts, stopping: stopping.signal }) ?? [])
    .map((work) => repeat(parts.dependencies, work));
  return async () => {
    stopping.abort(new Error('The server stops.'));
    await Promise.all(stops.map((stop) => stop()));
  };
}
