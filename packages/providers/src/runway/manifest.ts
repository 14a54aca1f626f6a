import type { ModelManifest, ProviderManifest } from '@pixsim7/contracts';
import { inputsOf } from './input-specifications.ts';
import { modelFacts, modelsOf, runwayOperations } from './models.ts';
import type { RunwayModel, RunwayOperation } from './models.ts';
import { parametersOf, providerOptionsOf } from './parameter-specifications.ts';
import { tariffOf } from './tariffs.ts';

/** A model of Runway's own where it has one, else one with a published price, else the one that is documented best. */
const defaultModels = {
  text_to_video: 'gen4.5',
  image_to_video: 'gen4.5',
  video_extend: 'gemini_omni_flash_1.1',
  video_transition: 'veo3.1_fast',
  fusion: 'gemini_omni_flash_1.1',
} as const satisfies Record<RunwayOperation, RunwayModel>;

/** Seconds that a link to an output lives at least; Runway says 24 to 48 hours. */
export const outputLifetimeS = 86_400;

/** Everything Runway can do here. Source: Runway API reference, guides and typed client 4.20.1 (2026). */
export const runwayManifest: ProviderManifest = {
  id: 'runway',
  name: 'Runway',
  revision: '2026-11-22',
  credit_unit: 'credits',
  credit_value_usd: 0.01,
  credentials: [{ name: 'api_key', description: 'API secret of a Runway developer organization.' }],
  default_base_url: 'https://api.dev.runwayml.com',
  // The smallest tier allows one or two at a time, by model. More are taken and wait at Runway as THROTTLED.
  default_max_concurrent: 2,
  behaviour: {
    cancel: 'any',
    webhook: false,
    progress: 'fraction',
    idempotency: 'none',
    idempotency_window_s: null,
    over_limit: 'queued',
    charged_at: 'submit',
    output_retention_s: outputLifetimeS,
    // Runway asks for no more than one question in 5 s about a task.
    check: { fastest_s: 5, slowest_s: 30 },
    // Its own client stops waiting after ten minutes; a throttled task may stand behind others for hours.
    deadline_s: 21_600,
  },
  operations: runwayOperations.map((operation) => ({
    operation_type: operation,
    default_model: defaultModels[operation],
    models: modelsOf(operation).map((model) => modelManifest(operation, model)),
  })),
};

function modelManifest(operation: RunwayOperation, model: RunwayModel): ModelManifest {
  return {
    model,
    label: modelFacts[model].label,
    lifecycle: 'active',
    parameters: parametersOf(operation, model),
    provider_options: providerOptionsOf(model),
    inputs: inputsOf(operation, model),
    rules: [],
    tariff: tariffOf(operation, model),
    // A first guess until there are jobs to learn from: Runway publishes no times.
    typical_s: { low: 30, high: 180 },
  };
}
