import { imageInput, videoInput } from '../input-specifications.ts';
import { qualityBelow1080p } from '../parameter-specifications.ts';
import { usualTime } from './feature.ts';
import type { Feature } from './feature.ts';

/** Makes the subject of a picture move as somebody in a video does. PixVerse calls it mimic. */
export const motionControl: Feature = {
  operation: 'motion_control',
  label: 'PixVerse Motion Control',
  path: '/video/mimic/generate',
  manifest: {
    parameters: {
      image_url: { type: 'string', required: true, description: 'A picture with one clear subject.' },
      video_url: { type: 'string', required: true, description: 'The motion: a video of one person.' },
      // One page of the reference lists 1080p; the guide refuses it.
      quality: qualityBelow1080p,
    },
    inputs: [
      imageInput('subject', 'image_url', 1, 1),
      videoInput('motion', 'video_url', {
        mime_types: ['video/mp4', 'video/quicktime'],
        max_duration_s: 30,
      }),
    ],
    tariff: {
      basis: 'per_input_second',
      by: ['quality'],
      rows: [
        { when: { quality: '360p' }, credits: 9 },
        { when: { quality: '540p' }, credits: 10 },
        { when: { quality: '720p' }, credits: 12 },
      ],
      input: 'motion',
      source: 'PixVerse platform, motion control guide',
    },
    typical_s: usualTime,
  },
  fields: (values) => ({ quality: values.quality ?? null }),
  pictures: 'img_id',
};
