import type { ModelManifest } from '@pixsim7/contracts';
import { withoutUndefined } from '../../contract/json.ts';
import { imageInput } from '../input-specifications.ts';
import { quality } from '../parameter-specifications.ts';
import { decimalId } from './decimal-id.ts';
import { usualTime } from './feature.ts';
import type { Feature } from './feature.ts';

/** No page says how many pictures a template takes at most; the longest list of a generation has seven. */
const maxImages = 7;

const pictureParameters: ModelManifest['parameters'] = {
  image_url: { type: 'string', required: false, description: 'For a template that takes one picture.' },
  image_urls: {
    type: 'list',
    required: false,
    min_items: 1,
    max_items: maxImages,
    description: 'For a template that takes several.',
  },
};

const pictureInputs = [
  imageInput('subject', 'image_url', 0, 1),
  imageInput('subject', 'image_urls', 0, maxImages),
];

/** A template that makes a video of pictures. It has to be activated in the PixVerse dashboard. */
export const effect: Feature = {
  operation: 'effect',
  label: 'PixVerse Effect',
  path: '/video/img/generate',
  manifest: {
    parameters: {
      effect: { type: 'string', required: true, max_length: 20, choices: 'effects' },
      ...pictureParameters,
      quality,
      audio: { type: 'boolean', required: false, description: 'Adds music.' },
    },
    one_of: [['image_url', 'image_urls']],
    inputs: pictureInputs,
    tariff: null,
    typical_s: usualTime,
  },
  check: (values) => decimalId(values, 'effect'),
  fields: (values) =>
    withoutUndefined({
      template_id: values.effect,
      // Model, prompt and duration have to be there; the template has its own.
      model: 'v5',
      prompt: 'effect',
      duration: 5,
      quality: values.quality,
      sound_effect_switch: values.audio,
    }),
  pictures: 'by_count',
};

/** A template that makes a picture of pictures. */
export const imageEffect: Feature = {
  operation: 'image_effect',
  label: 'PixVerse Image Effect',
  path: '/image/template/generate',
  manifest: {
    parameters: {
      effect: { type: 'string', required: true, max_length: 20, choices: 'image_effects' },
      ...pictureParameters,
    },
    one_of: [['image_url', 'image_urls']],
    inputs: pictureInputs,
    tariff: null,
    typical_s: { low: 10, high: 60 },
  },
  check: (values) => decimalId(values, 'effect'),
  fields: (values) => withoutUndefined({ template_id: values.effect }),
  pictures: 'img_ids',
};
