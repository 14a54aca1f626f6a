import { withoutUndefined } from '../../contract/json.ts';
import { videoInput } from '../input-specifications.ts';
import { usualTime } from './feature.ts';
import type { Feature } from './feature.ts';

/** Adds sound to a video. */
export const soundEffect: Feature = {
  operation: 'sound_effect',
  label: 'PixVerse Sound Effect',
  path: '/video/sound_effect/generate',
  manifest: {
    parameters: {
      video_url: { type: 'string', required: true },
      prompt: {
        type: 'string',
        required: false,
        max_length: 2_048,
        description: 'What to hear; invented from the picture when left out.',
      },
      keep_audio: { type: 'boolean', required: false, default: false },
    },
    inputs: [videoInput('source', 'video_url')],
    // The list of 2026; that of 2025 charges 10 for every started 5 s.
    tariff: {
      basis: 'per_input_second',
      by: [],
      rows: [{ when: {}, credits: 2 }],
      input: 'source',
      source: 'PixVerse platform, feature pricing',
    },
    typical_s: usualTime,
  },
  fields: (values) =>
    withoutUndefined({ sound_effect_content: values.prompt, original_sound_switch: values.keep_audio }),
};
