import type { InputSpecification, ModelManifest, ProviderManifest } from '@pixsim7/contracts';
import type { Feature } from './features/feature.ts';
import { features } from './features/index.ts';
import { imageInput, sourceVideo } from './input-specifications.ts';
import { modelFacts, modelOperations, modelsOf } from './models.ts';
import type { ModelOperation, PixverseModel } from './models.ts';
import { maximumTransitionImages, parametersOf, rulesOf } from './parameter-specifications.ts';
import { providerOptionsOf } from './provider-options.ts';
import { tariffOf } from './tariffs.ts';

/** The newest model that every operation offers and that costs the same as its predecessors. */
const defaultModel: PixverseModel = 'v5';

/** Everything PixVerse can do here. Source: PixVerse platform API reference and price list, 2025 to 2026. */
export const pixverseManifest: ProviderManifest = {
  id: 'pixverse',
  name: 'PixVerse',
  revision: '2026-11-22',
  credit_unit: 'credits',
  // Every pack of platform credits has this price: 1,000 for 10 USD up to 500,000 for 5,000 USD.
  credit_value_usd: 0.01,
  credentials: [
    { name: 'api_key', description: 'API key of the PixVerse platform; it begins with sk-.' },
    {
      name: 'webhook_id',
      description:
        'Id of a webhook of the PixVerse dashboard that points to the webhook_url of this account.',
      optional: true,
    },
    { name: 'webhook_secret', description: 'Secret key of that webhook.', optional: true },
  ],
  // Mainland China has a host of its own, and a key works on one of the two: set base_url on such an account.
  default_base_url: 'https://app-api.pixverse.ai/openapi/v2',
  // Figure of the Essential plan, the smallest with API access; the limits of the others are not published.
  default_max_concurrent: 5,
  behaviour: {
    cancel: 'none',
    // Of two operations, to an address that is set in the dashboard of PixVerse; polling covers all of them.
    webhook: true,
    progress: 'none',
    idempotency: 'token',
    // The reference names no lifetime for a trace id. An hour covers every crash and outage worth resending over, and is a
    // bound for trusting a promise without a term; after it a person decides.
    idempotency_window_s: 3_600,
    over_limit: 'refused',
    charged_at: 'submit',
    output_retention_s: null,
    // The reference advises 3 to 5 s between two questions.
    check: { fastest_s: 3, slowest_s: 30 },
    // A video takes one to two minutes; after ten PixVerse itself stops counting it as running.
    deadline_s: 3_600,
  },
  operations: [
    ...modelOperations.map((operation) => ({
      operation_type: operation,
      default_model: defaultModel,
      models: modelsOf(operation).map((model) => modelManifest(operation, model)),
    })),
    ...features.map((feature) => ({
      operation_type: feature.operation,
      default_model: feature.operation,
      models: [featureManifest(feature)],
    })),
  ],
};

/** A feature has no model at PixVerse; here it has one of its own name. */
function featureManifest({ operation, label, manifest }: Feature): ModelManifest {
  return {
    model: operation,
    label,
    lifecycle: 'active',
    provider_options: {},
    rules: [],
    ...manifest,
  };
}

function modelManifest(operation: ModelOperation, model: PixverseModel): ModelManifest {
  return {
    model,
    label: `PixVerse ${model.toUpperCase()}`,
    lifecycle: 'active',
    parameters: parametersOf(operation, model),
    provider_options: providerOptionsOf(operation, model),
    inputs: inputsOf(operation, model),
    rules: rulesOf(operation, model),
    tariff: tariffOf(operation, model),
    typical_s: { low: 60, high: 120 },
  };
}

function inputsOf(operation: ModelOperation, model: PixverseModel): InputSpecification[] {
  switch (operation) {
    case 'text_to_video':
      return [];
    case 'image_to_video':
      return [imageInput('first_frame', 'image_url', 1, 1)];
    case 'video_extend':
      return [sourceVideo];
    case 'video_transition':
      return [
        imageInput('first_frame', 'image_urls', 0, 1),
        imageInput('last_frame', 'image_urls', 0, 1),
        ...(modelFacts[model].multiTransition
          ? [imageInput('keyframe', 'image_urls', 0, maximumTransitionImages)]
          : []),
      ];
    case 'fusion':
      return [
        imageInput('subject', 'fusion_assets', 0, modelFacts[model].fusionReferences),
        imageInput('background', 'fusion_assets', 0, modelFacts[model].fusionReferences),
      ];
  }
}
