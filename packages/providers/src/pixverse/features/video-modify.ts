import type { JobParameters, ProblemField } from '@pixsim7/contracts';
import { imageInput, videoInput } from '../input-specifications.ts';
import { longText, qualityBelow1080p } from '../parameter-specifications.ts';
import { usualTime } from './feature.ts';
import type { Feature } from './feature.ts';
import { maskInput } from './mask-input.ts';

const maxImages = 3;
const maxMasks = 3;

/** Changes a video as the prompt says, which may cite pictures as `@img0` and masks as `@selection0`. */
export const videoModify: Feature = {
  operation: 'video_modify',
  label: 'PixVerse Modify',
  path: '/video/modify/generate',
  manifest: {
    parameters: {
      video_url: { type: 'string', required: true },
      prompt: {
        ...longText,
        required: true,
        description: 'Cites pictures as @img0, @img1 and masks as @selection0, @selection1.',
      },
      image_urls: { type: 'list', required: false, min_items: 1, max_items: maxImages },
      masks: { type: 'list', required: false, min_items: 1, max_items: maxMasks },
      quality: qualityBelow1080p,
    },
    inputs: [
      videoInput('source', 'video_url'),
      imageInput('reference', 'image_urls', 0, maxImages),
      maskInput('masks', 0, maxMasks),
    ],
    tariff: null,
    typical_s: usualTime,
  },
  check: (values) => [
    ...citationIssues(values, 'img', values.image_urls?.length ?? 0),
    ...citationIssues(values, 'selection', values.masks?.length ?? 0),
  ],
  fields: (values) => ({ prompt: values.prompt ?? null, quality: values.quality ?? null }),
  pictures: 'img_ids',
  masks: 'mask_ids',
};

function citationIssues(
  { prompt = '' }: JobParameters,
  word: 'img' | 'selection',
  count: number,
): ProblemField[] {
  const missing = [...prompt.matchAll(new RegExp(`@${word}(\\d+)`, 'gu'))]
    .filter(([, number]) => Number(number) >= count)
    .map(([citation]) => citation);
  if (missing.length === 0) {
    return [];
  }
  return [
    {
      pointer: '/params/prompt',
      code: 'unknown_reference',
      detail: `The prompt cites ${[...new Set(missing)].join(', ')}; there ${count === 1 ? 'is 1' : `are ${count}`}, counted from 0.`,
    },
  ];
}
