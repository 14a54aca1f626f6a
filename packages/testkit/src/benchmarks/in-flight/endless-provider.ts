import type { ProviderAdapter, VideoStatusResult } from '@pixsim7/providers/contract';
import { simulatedManifest } from '../../simulation/provider/manifest.ts';
import { mapSimulatedParameters } from '../../simulation/provider/map-parameters.ts';
import { calmServer } from '../../simulation/provider/server.ts';

/** The provider gives this answer to every question. */
export const rawStatus = 'running';

const stillRunning: VideoStatusResult = {
  status: 'processing',
  rawStatus,
  progress: null,
  queuePosition: null,
  outputs: [],
  error: null,
  credits: null,
};

/** A provider inside of this process that works on everything forever, so that every check is one without news. */
export function createEndlessProvider(onCheck: () => void): ProviderAdapter {
  const manifest = simulatedManifest(
    {
      idempotency: 'token',
      idempotencyWindowMs: 60_000,
      renderMs: [0, 0],
      ...calmServer,
      refusesAboveLimit: true,
    },
    false,
    1,
  );
  return {
    id: manifest.id,
    manifest,
    mapParameters: mapSimulatedParameters,
    resolveInput: neverAsked,
    buildRequest: neverAsked,
    execute: neverAsked,
    checkStatus: async () => {
      onCheck();
      return stillRunning;
    },
  };
}

function neverAsked(): never {
  throw new Error('The submissions of this benchmark are only checked.');
}
