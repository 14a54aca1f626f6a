import { videoInput } from '../input-specifications.ts';
import type { Feature } from './feature.ts';

/** Finds the things that a frame of a video shows, as masks for a swap. PixVerse answers at once, and charges. */
export const maskSelection: Feature = {
  operation: 'mask_selection',
  label: 'PixVerse Mask Selection',
  path: '/video/mask/selection',
  manifest: {
    parameters: {
      video_url: { type: 'string', required: true },
      keyframe: {
        type: 'integer',
        required: true,
        minimum: 1,
        default: 1,
        description: 'The first frame is 1.',
      },
    },
    inputs: [videoInput('source', 'video_url', { codecs: ['avc1', 'avc3', 'hvc1', 'hev1'] })],
    // The charge in the example of the guide.
    tariff: {
      basis: 'per_generation',
      by: [],
      rows: [{ when: {}, credits: 2 }],
      source: 'PixVerse platform, swap guide',
    },
    typical_s: { low: 2, high: 20 },
  },
  fields: (values) => ({ keyframe_id: values.keyframe ?? null }),
};
