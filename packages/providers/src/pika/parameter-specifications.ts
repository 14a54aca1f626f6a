import type { ModelManifest, ParameterSpecification } from '@pixsim7/contracts';
import { longestTransitionS, maximumImages, minimumImages, maxReferences } from './limits.ts';
import type { PikaModel } from './models.ts';

type Parameters = ModelManifest['parameters'];

const aspectRatios = ['16:9', '9:16', '1:1', '4:5', '5:4', '3:2', '2:3'];

/** Pika publishes no limit for the length of a prompt. */
const prompt = { type: 'string', required: true } as const;
const source = { type: 'string', required: true } as const;

const seed: ParameterSpecification = {
  type: 'integer',
  required: false,
  description: 'Pika does not say which seed it used when none is given.',
};

const duration: ParameterSpecification = {
  type: 'integer',
  required: true,
  values: [5, 10],
  default: 5,
  description: 'Seconds.',
};

/** The generic parameters that a model takes. */
export function parametersOf(model: PikaModel): Parameters {
  const shared: Parameters = {
    negative_prompt: {
      type: 'string',
      required: false,
      description:
        model.operation === 'text_to_video'
          ? 'Left out, Pika uses one of its own: "ugly, bad, terrible".'
          : 'Left out, there is none.',
    },
    quality: { type: 'string', required: true, values: [...model.qualities], default: '720p' },
    seed,
    ...(model.aspectRatio
      ? {
          aspect_ratio: { type: 'string', required: true, values: aspectRatios, default: '16:9' } as const,
        }
      : {}),
  };
  switch (model.operation) {
    case 'text_to_video':
      return { ...shared, prompt, duration };
    case 'image_to_video':
      return { ...shared, prompt, duration, image_url: source };
    case 'video_transition':
      return { ...shared, ...transition };
    case 'fusion':
      return {
        ...shared,
        prompt,
        duration,
        fusion_assets: {
          type: 'list',
          required: true,
          min_items: 1,
          max_items: maxReferences,
          description: 'Pika knows neither their names nor their types; the prompt describes them.',
        },
      };
  }
}

const perTransition = { type: 'list', required: false, min_items: 1, max_items: maximumImages - 1 } as const;

const transition: Parameters = {
  image_urls: { type: 'list', required: true, min_items: minimumImages, max_items: maximumImages },
  prompt: { type: 'string', required: false, description: 'For every transition that has none of its own.' },
  prompts: { ...perTransition, description: 'One per transition: one less than images.' },
  duration: {
    type: 'integer',
    required: true,
    minimum: 1,
    maximum: longestTransitionS,
    default: 5,
    description: 'Seconds of each transition.',
  },
  durations: {
    ...perTransition,
    description: `Seconds per transition; ${longestTransitionS} in all at most.`,
  },
};

/**
 * A model that fal does not list may be gone tomorrow, so nothing runs on it unasked: the option is required and has one
 * value. As data it reaches validation, forms and docs alike.
 */
const unlisted: Record<string, ParameterSpecification> = {
  allow_unlisted: {
    type: 'boolean',
    required: true,
    values: [true],
    description:
      'fal serves this model without listing it, and may stop at any time. true says that this is known.',
  },
};

const ingredients: Record<string, ParameterSpecification> = {
  ingredients_mode: {
    type: 'string',
    required: false,
    values: ['precise', 'creative'],
    default: 'precise',
    description: 'Whether the references are kept as they are, or interpreted.',
  },
};

/** The options of Pika's own that a model takes, as `provider_options`. */
export function providerOptionsOf(model: PikaModel): Record<string, ParameterSpecification> {
  return {
    ...(model.lifecycle === 'unlisted' ? unlisted : {}),
    ...(model.operation === 'fusion' ? ingredients : {}),
  };
}
