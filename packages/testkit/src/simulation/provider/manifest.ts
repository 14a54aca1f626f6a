import type {
  InputRole,
  InputSpecification,
  JobParameterName,
  MediaType,
  ModelManifest,
  OperationType,
  ParameterSpecification,
  ProviderManifest,
} from '@pixsim7/contracts';
import type { ServerSettings } from './server.ts';

/** Short, so that histories reach both. */
export const simulatedDeadlineS = 900;
export const simulatedRetentionS = 3_600;

/** The invented provider's name. */
export const simulatedProviderId = 'simulated';
export const simulatedModel = 'dream-1';

const prompt: ParameterSpecification = { type: 'string', required: true, max_length: 500 };
const optionalPrompt: ParameterSpecification = { ...prompt, required: false };
const duration: ParameterSpecification = {
  type: 'integer',
  required: false,
  default: 5,
  values: [5, 8],
};
const media: ParameterSpecification = { type: 'string', required: true };
const mediaList: ParameterSpecification = { type: 'list', required: true, min_items: 2, max_items: 4 };

/** Enough operations to have every way in which a video descends from another file. */
export const simulatedOperations = [
  operation('text_to_video', { prompt, duration }, []),
  operation('image_to_video', { prompt: optionalPrompt, duration, image_url: media }, [
    input('first_frame', 'image_url', 'image', 1),
  ]),
  operation('video_extend', { prompt: optionalPrompt, duration, video_url: media }, [
    input('source', 'video_url', 'video', 1),
  ]),
  operation('video_transition', { duration, image_urls: mediaList }, [
    input('keyframe', 'image_urls', 'image', 4),
  ]),
  operation('fusion', { prompt, duration, fusion_assets: mediaList }, [
    input('subject', 'fusion_assets', 'image', 4),
    input('background', 'fusion_assets', 'image', 1),
  ]),
];

export function simulatedManifest(
  settings: ServerSettings,
  canCancel: boolean,
  defaultMaxConcurrent: number,
  sendsWebhooks = false,
): ProviderManifest {
  return {
    id: simulatedProviderId,
    name: 'Simulated',
    revision: '1',
    credit_unit: 'credits',
    credentials: [{ name: 'api_key', description: 'Any text.' }],
    default_base_url: 'https://simulated.invalid',
    default_max_concurrent: defaultMaxConcurrent,
    behaviour: {
      cancel: canCancel ? 'any' : 'none',
      webhook: sendsWebhooks,
      progress: 'none',
      idempotency: settings.idempotency,
      idempotency_window_s: settings.idempotency === 'token' ? settings.idempotencyWindowMs / 1000 : null,
      over_limit: settings.refusesAboveLimit ? 'refused' : 'queued',
      charged_at: 'submit',
      output_retention_s: simulatedRetentionS,
      check: { fastest_s: 3, slowest_s: 30 },
      deadline_s: simulatedDeadlineS,
    },
    operations: simulatedOperations,
  };
}

function operation(
  operationType: OperationType,
  parameters: ModelManifest['parameters'],
  inputs: InputSpecification[],
): ProviderManifest['operations'][number] {
  const model: ModelManifest = {
    model: simulatedModel,
    label: 'Dream 1',
    lifecycle: 'active',
    parameters,
    provider_options: {},
    inputs,
    rules: [],
    tariff: {
      basis: 'per_second',
      by: ['duration'],
      rows: [
        { when: { duration: 5 }, credits: 2 },
        { when: { duration: 8 }, credits: 3 },
      ],
      source: 'invented',
    },
    typical_s: { low: 20, high: 90 },
  };
  return { operation_type: operationType, default_model: simulatedModel, models: [model] };
}

function input(
  role: InputRole,
  parameter: JobParameterName,
  mediaType: MediaType,
  maximum: number,
): InputSpecification {
  return {
    role,
    parameter,
    media_type: mediaType,
    mime_types: mediaType === 'image' ? ['image/png'] : ['video/mp4'],
    ...(mediaType === 'image' ? { max_side_px: 4_000 } : {}),
    minimum: 0,
    maximum,
  };
}
