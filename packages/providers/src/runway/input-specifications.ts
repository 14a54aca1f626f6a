import type { InputSpecification, ModelManifest } from '@pixsim7/contracts';
import { modelFacts } from './models.ts';
import type { RunwayModel, RunwayOperation } from './models.ts';

/** The limits of an upload, which is how every file goes to Runway; files that it fetches itself have smaller ones. */
const upload = { min_bytes: 512, max_bytes: 200_000_000 } as const;

/**
 * The reference states no size. Runway answers "Invalid asset dimensions" above 8000 pixels, and public integrations stop at
 * 7999.
 */
const largestSide = 7_999;

const image = {
  media_type: 'image',
  // The guide names these and no full list.
  mime_types: ['image/png', 'image/jpeg', 'image/webp'],
  ...upload,
  max_side_px: largestSide,
  // Recorded replies: "Invalid asset aspect ratio. width / height ratio must be at least 0.5. Got 0.462."
  min_ratio: 0.5,
  max_ratio: 2,
  evidence: {
    mime_types: 'observed',
    max_side_px: 'observed',
    min_ratio: 'observed',
    max_ratio: 'observed',
  },
} satisfies Partial<InputSpecification>;

const source: InputSpecification = {
  role: 'source',
  parameter: 'video_url',
  media_type: 'video',
  mime_types: ['video/mp4'],
  codecs: ['avc1', 'avc3'],
  minimum: 1,
  maximum: 1,
  ...upload,
  max_side_px: largestSide,
  // The guide advises H.264 and does not say that others are refused.
  evidence: { mime_types: 'observed', codecs: 'inferred', max_side_px: 'observed' },
};

/** The requirements of a model for the files of an operation. */
export function inputsOf(operation: RunwayOperation, model: RunwayModel): ModelManifest['inputs'] {
  const { references, smallestSide } = modelFacts[model];
  const picture = { ...image, ...(smallestSide === null ? {} : { min_side_px: smallestSide }) };
  const firstFrame = { ...picture, role: 'first_frame', minimum: 1, maximum: 1 } as const;
  switch (operation) {
    case 'text_to_video':
      return [];
    case 'image_to_video':
      return [{ ...firstFrame, parameter: 'image_url' }];
    case 'video_transition':
      return [
        { ...firstFrame, parameter: 'image_urls' },
        { ...firstFrame, role: 'last_frame', parameter: 'image_urls' },
      ];
    case 'video_extend':
      return [source];
    case 'fusion': {
      const reference = { ...picture, parameter: 'fusion_assets', minimum: 0, maximum: references } as const;
      return [
        { ...reference, role: 'subject' },
        { ...reference, role: 'background' },
      ];
    }
  }
}
