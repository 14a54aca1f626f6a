import { videoInput } from '../input-specifications.ts';
import { usualTime } from './feature.ts';
import type { Feature } from './feature.ts';

/** Makes a video larger. Documented by an integrator alone. */
export const upscale: Feature = {
  operation: 'upscale',
  label: 'PixVerse Upscale',
  path: '/video/upscale/generate',
  manifest: {
    parameters: { video_url: { type: 'string', required: true } },
    inputs: [videoInput('source', 'video_url')],
    tariff: {
      basis: 'per_input_second',
      by: [],
      rows: [{ when: {}, credits: 5 }],
      input: 'source',
      source: 'PixVerse platform, feature pricing',
    },
    typical_s: usualTime,
  },
  fields: () => ({}),
};
