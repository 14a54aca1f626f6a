import type { ModelManifest, ParameterSpecification, Rule } from '@pixsim7/contracts';
import { modelFacts } from './models.ts';
import type { ModelFacts, ModelOperation, PixverseModel } from './models.ts';

type Parameters = ModelManifest['parameters'];

export const minimumTransitionImages = 2;
export const maximumTransitionImages = 7;

const qualities = ['360p', '540p', '720p', '1080p'];
const qualitiesBelow1080p = qualities.slice(0, 3);

export const quality: ParameterSpecification = {
  type: 'string',
  required: true,
  values: qualities,
  default: '540p',
};
export const qualityBelow1080p: ParameterSpecification = { ...quality, values: qualitiesBelow1080p };

/** Older pages say 2048 characters, those of 2026 say 5000: over the first a warning, over the second a refusal. */
export const longText = {
  type: 'string',
  required: false,
  warn_over_length: 2_048,
  max_length: 5_000,
} as const;
export const seed: ParameterSpecification = {
  type: 'integer',
  required: false,
  minimum: 0,
  maximum: 2_147_483_647,
  description: 'Recorded by PixVerse; the same seed does not promise the same video.',
};
const source = { type: 'string', required: true } as const;

const cameraMovements = [
  'horizontal_left',
  'horizontal_right',
  'vertical_up',
  'vertical_down',
  'zoom_in',
  'zoom_out',
  'crane_up',
  'quickly_zoom_in',
  'quickly_zoom_out',
  'smooth_zoom_in',
  'camera_rotation',
  'robo_arm',
  'super_dolly_out',
  'whip_pan',
  'hitchcock',
  'left_follow',
  'right_follow',
  'pan_left',
  'pan_right',
  'fix_bg',
];

/** The generic parameters that a model takes in an operation. */
export function parametersOf(operation: ModelOperation, model: PixverseModel): Parameters {
  const facts = modelFacts[model];
  const shared: Parameters = {
    prompt: { ...longText, required: true },
    quality,
    duration: durationOf(facts),
    seed,
    ...(facts.audio.includes(operation)
      ? { audio: { type: 'boolean', required: false, default: false } as const }
      : {}),
  };
  switch (operation) {
    case 'text_to_video':
      return { ...shared, ...creativeOf(facts, operation), aspect_ratio: aspectRatioOf(facts) };
    case 'image_to_video':
      return { ...shared, ...creativeOf(facts, operation), image_url: source };
    case 'video_extend':
      return {
        ...shared,
        ...motionModeOf(facts),
        ...styleOf(facts),
        negative_prompt: longText,
        video_url: source,
      };
    case 'video_transition':
      return { ...shared, ...motionModeOf(facts), ...transitionOf(facts) };
    case 'fusion':
      return {
        ...shared,
        aspect_ratio: aspectRatioOf(facts),
        fusion_assets: {
          type: 'list',
          required: true,
          min_items: 1,
          max_items: facts.fusionReferences,
          description: 'The prompt cites each of them as @name.',
        },
      };
  }
}

function durationOf(facts: ModelFacts): ParameterSpecification {
  const length = { type: 'integer', required: true, default: 5, description: 'Seconds.' } as const;
  return 'maximum' in facts.durations
    ? { ...length, minimum: 1, maximum: facts.durations.maximum }
    : { ...length, values: [...facts.durations] };
}

function aspectRatioOf(facts: ModelFacts): ParameterSpecification {
  return { type: 'string', required: true, values: [...facts.aspectRatios], default: '16:9' };
}

function creativeOf(facts: ModelFacts, operation: 'text_to_video' | 'image_to_video'): Parameters {
  return {
    // No longer in the current reference and still accepted: it is sent only when the caller sets it.
    negative_prompt: longText,
    ...motionModeOf(facts),
    ...styleOf(facts),
    ...(facts.cameraMovement
      ? {
          camera_movement: {
            type: 'string',
            required: false,
            values: operation === 'text_to_video' ? [...cameraMovements, 'auto_camera'] : cameraMovements,
          } as const,
        }
      : {}),
  };
}

function motionModeOf(facts: ModelFacts): Parameters {
  if (!facts.motionMode) {
    return {};
  }
  return {
    motion_mode: { type: 'string', required: false, values: ['normal', 'fast'], default: 'normal' },
  };
}

function styleOf(facts: ModelFacts): Parameters {
  if (facts.styles.length === 0) {
    return {};
  }
  return { style: { type: 'string', required: false, values: [...facts.styles] } };
}

function transitionOf(facts: ModelFacts): Parameters {
  const maximum = facts.multiTransition ? maximumTransitionImages : minimumTransitionImages;
  const perSegment = { type: 'list', required: false, min_items: 1, max_items: maximum - 1 } as const;
  return {
    image_urls: { type: 'list', required: true, min_items: minimumTransitionImages, max_items: maximum },
    // Needed as well, unless `prompts` says what every segment shows; the mapping checks it.
    prompt: { ...longText, description: 'Used for every segment that `prompts` does not describe.' },
    prompts: { ...perSegment, description: 'One per segment: one less than images.' },
    durations: { ...perSegment, description: 'Seconds per segment; 30 in all at most.' },
  };
}

/** Combinations that a model refuses. Each refuses only what the reference or the price list rules out. */
export function rulesOf(operation: ModelOperation, model: PixverseModel): Rule[] {
  const facts = modelFacts[model];
  const rules: Rule[] = [];
  if (facts.motionMode && operation !== 'fusion') {
    rules.push({
      when: { motion_mode: ['fast'] },
      allow: { duration: [5], quality: qualitiesBelow1080p },
      message: 'Fast motion needs 5 seconds and a quality below 1080p.',
    });
  }
  if (facts.durationsAt1080p !== null) {
    rules.push({
      when: { quality: ['1080p'] },
      allow: { duration: [...facts.durationsAt1080p] },
      message: `At 1080p ${model} makes ${facts.durationsAt1080p.join(' or ')} seconds.`,
    });
  }
  return rules;
}
