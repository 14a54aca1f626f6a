import type { ModelManifest, ProviderManifest } from '@pixsim7/contracts';
import { defaultQueueUrl } from '../fal-queue/addresses.ts';
import { inputsOf } from './input-specifications.ts';
import { modelsOf, pikaOperations } from './models.ts';
import type { PikaModel } from './models.ts';
import { parametersOf, providerOptionsOf } from './parameter-specifications.ts';
import { creditUnit, tariffOf } from './tariffs.ts';

/** The newest model that fal lists. */
const defaultModel = 'v2.2';

/** Pika's abilities here. It has no public API of its own, so it is reached through fal (fal documentation, 2026). */
export const pikaManifest: ProviderManifest = {
  id: 'pika',
  name: 'Pika',
  revision: '2026-11-23',
  credit_unit: creditUnit,
  credit_value_usd: 0.01,
  credentials: [{ name: 'api_key', description: 'Key of a fal account, of the form id:secret.' }],
  default_base_url: defaultQueueUrl,
  // The limit of a new account at fal; it grows to 40 with what the account has bought.
  default_max_concurrent: 2,
  behaviour: {
    // A running request only gets a signal, which its model may ignore.
    cancel: 'before_start',
    webhook: true,
    progress: 'queue_position',
    idempotency: 'none',
    idempotency_window_s: null,
    over_limit: 'queued',
    charged_at: 'completion',
    output_retention_s: null,
    // The client of fal asks every half second unless told otherwise.
    check: { fastest_s: 1, slowest_s: 30 },
    // A video takes minutes; what is over the limit of the account waits in fal's queue besides.
    deadline_s: 10_800,
  },
  operations: pikaOperations.map((operation) => ({
    operation_type: operation,
    default_model: defaultModel,
    models: modelsOf(operation).map(modelManifest),
  })),
};

function modelManifest(model: PikaModel): ModelManifest {
  return {
    model: model.model,
    label: model.label,
    lifecycle: model.lifecycle,
    parameters: parametersOf(model),
    provider_options: providerOptionsOf(model),
    inputs: inputsOf(model.operation),
    rules: [],
    tariff: tariffOf(model),
    typical_s: { low: 60, high: 180 },
  };
}
