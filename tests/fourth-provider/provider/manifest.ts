import type { ModelManifest, OperationType, ProviderManifest } from '@pixsim7/contracts';

const parameters: ModelManifest['parameters'] = {
  prompt: { type: 'string', required: true, max_length: 1_000 },
  quality: { type: 'string', required: true, values: ['360p', '720p'], default: '360p' },
  duration: { type: 'integer', required: true, minimum: 1, maximum: 8, default: 4, description: 'Seconds.' },
};

/** Everything Lantern can do here. */
export const lanternManifest: ProviderManifest = {
  id: 'lantern',
  name: 'Lantern',
  revision: '2026-11-23',
  credit_unit: 'matches',
  credit_value_usd: 0.02,
  credentials: [{ name: 'api_key', description: 'API key of a Lantern account.' }],
  default_base_url: 'https://api.lantern.example',
  default_max_concurrent: 2,
  behaviour: {
    cancel: 'any',
    webhook: false,
    progress: 'none',
    // The header Idempotency-Key; Lantern keeps keys for a day.
    idempotency: 'token',
    idempotency_window_s: 86_400,
    over_limit: 'refused',
    charged_at: 'submit',
    output_retention_s: null,
    check: { fastest_s: 2, slowest_s: 20 },
    deadline_s: 3_600,
  },
  operations: [offer('text_to_video'), offer('image_to_video')],
};

function offer(operation: OperationType): ProviderManifest['operations'][number] {
  return { operation_type: operation, default_model: 'glow-1', models: [glow(operation)] };
}

function glow(operation: OperationType): ModelManifest {
  const withImage = operation === 'image_to_video';
  return {
    model: 'glow-1',
    label: 'Glow 1',
    lifecycle: 'active',
    parameters: {
      ...parameters,
      ...(withImage ? { image_url: { type: 'string', required: true } as const } : {}),
    },
    provider_options: {},
    inputs: withImage
      ? [
          {
            role: 'first_frame',
            parameter: 'image_url',
            media_type: 'image',
            mime_types: ['image/png', 'image/jpeg', 'image/webp'],
            minimum: 1,
            maximum: 1,
            max_bytes: 10_000_000,
          },
        ]
      : [],
    rules: [],
    tariff: {
      basis: 'per_second',
      by: ['quality'],
      rows: [
        { when: { quality: '360p' }, credits: 2 },
        { when: { quality: '720p' }, credits: 5 },
      ],
      source: 'Lantern price list',
    },
    typical_s: { low: 10, high: 60 },
  };
}
