import type { ProviderAdapter } from '@pixsim7/providers/contract';
import { simulatedManifest } from '../../../simulation/provider/manifest.ts';
import { mapSimulatedParameters } from '../../../simulation/provider/map-parameters.ts';
import { calmServer } from '../../../simulation/provider/server.ts';

/** A provider inside of this process whose every video is finished before anybody asks. */
export function createInstantAdapter(): ProviderAdapter {
  let accepted = 0;
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
  const check = { fastest_s: 1, slowest_s: 30 };
  return {
    id: manifest.id,
    manifest: { ...manifest, behaviour: { ...manifest.behaviour, check } },
    mapParameters: mapSimulatedParameters,
    resolveInput: () => {
      throw new Error('The jobs of this benchmark have no files.');
    },
    buildRequest({ operation, plan }) {
      const payload = { operation, plan: JSON.stringify(plan) };
      return {
        endpoint: { method: 'POST', path: `/${operation}` },
        body: JSON.stringify(payload),
        payload,
      };
    },
    async execute() {
      accepted += 1;
      const id = `generation-${accepted}`;
      return { outcome: 'accepted', providerJobId: id, handle: { id }, credits: null };
    },
    async checkStatus(_account, handle) {
      return {
        status: 'completed',
        rawStatus: 'done',
        progress: null,
        queuePosition: null,
        outputs: [
          { url: `https://files.invalid/${readText(handle['id'])}.mp4`, mediaType: 'video', expiresAt: null },
        ],
        error: null,
        credits: null,
      };
    },
  };
}

function readText(value: unknown): string {
  if (typeof value !== 'string') {
    throw new TypeError('A handle of this provider has a text.');
  }
  return value;
}
