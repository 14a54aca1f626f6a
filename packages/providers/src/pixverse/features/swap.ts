import { imageInput, videoInput } from '../input-specifications.ts';
import { qualityBelow1080p } from '../parameter-specifications.ts';
import { usualTime } from './feature.ts';
import type { Feature } from './feature.ts';
import { maskInput } from './mask-input.ts';

/** Puts a picture in the place of what a mask covers. */
export const swap: Feature = {
  operation: 'swap',
  label: 'PixVerse Swap',
  path: '/video/swap/generate',
  manifest: {
    parameters: {
      video_url: { type: 'string', required: true },
      mask: { type: 'string', required: true, description: 'A mask of this video, made by mask_selection.' },
      image_url: { type: 'string', required: true },
      quality: qualityBelow1080p,
    },
    inputs: [
      videoInput('source', 'video_url'),
      maskInput('mask', 1, 1),
      imageInput('subject', 'image_url', 1, 1),
    ],
    tariff: null,
    typical_s: usualTime,
  },
  fields: (values) => ({ quality: values.quality ?? null }),
  pictures: 'img_id',
  masks: 'mask_id',
};
