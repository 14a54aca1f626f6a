import type { InputSpecification, ModelManifest, OperationType } from '@pixsim7/contracts';
import { modelFacts, type RunwayModel } from './models.ts';

/** The limit of an upload, which is how every file goes to Runway; files that it fetches itself have smaller ones. */
const largestUpload = 200_000_000;

// The full list of accepted types is not published; these are the ones that its guide names.
const image = {
  media_type: 'image',
  mime_types: ['image/png', 'image/jpeg', 'image/webp'],
  max_bytes: largestUpload,
} satisfies Partial<InputSpecification>;

const firstFrame = { ...image, role: 'first_frame', minimum: 1, maximum: 1 } as const;

/** What the files of a model have to be in an operation. */
export function inputsOf(operation: OperationType, model: RunwayModel): ModelManifest['inputs'] {
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
      return [
        {
          role: 'source',
          parameter: 'video_url',
          media_type: 'video',
          mime_types: ['video/mp4'],
          minimum: 1,
          maximum: 1,
          max_bytes: largestUpload,
        },
      ];
    case 'fusion': {
      const { references } = modelFacts[model];
      const reference = { ...image, parameter: 'fusion_assets', minimum: 0, maximum: references } as const;
      return [
        { ...reference, role: 'subject' },
        { ...reference, role: 'background' },
      ];
    }
  }
}
