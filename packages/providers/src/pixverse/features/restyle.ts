import { withoutUndefined } from '../../contract/json.ts';
import { videoInput } from '../input-specifications.ts';
import { longText, seed } from '../parameter-specifications.ts';
import { decimalId } from './decimal-id.ts';
import { usualTime } from './feature.ts';
import type { Feature } from './feature.ts';

/** Gives a video another look: one from PixVerse's list, or one that the prompt describes. */
export const restyle: Feature = {
  operation: 'restyle',
  label: 'PixVerse Restyle',
  path: '/video/restyle/generate',
  manifest: {
    parameters: {
      video_url: { type: 'string', required: true },
      restyle: { type: 'string', required: false, max_length: 20, choices: 'styles' },
      prompt: { ...longText, description: 'The look in words, in place of one from the list.' },
      seed,
    },
    one_of: [['restyle', 'prompt']],
    // The guide: up to 16 s, in mp4 or mov.
    inputs: [
      videoInput('source', 'video_url', {
        mime_types: ['video/mp4', 'video/quicktime'],
        max_duration_s: 16,
      }),
    ],
    tariff: {
      basis: 'per_input_second',
      by: [],
      rows: [{ when: {}, credits: 10 }],
      input: 'source',
      source: 'PixVerse platform, feature pricing',
    },
    typical_s: usualTime,
  },
  check: (values) => decimalId(values, 'restyle'),
  fields: (values) =>
    withoutUndefined({ restyle_id: values.restyle, restyle_prompt: values.prompt, seed: values.seed }),
};
