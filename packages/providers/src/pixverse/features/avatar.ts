import { audioInput, imageInput } from '../input-specifications.ts';
import { quality } from '../parameter-specifications.ts';
import { usualTime } from './feature.ts';
import type { Feature } from './feature.ts';
import { checkSpeech, oneSpeech, speechFields, speechParameters } from './speech.ts';

/** Makes a portrait speak. Documented by an integrator alone. */
export const avatar: Feature = {
  operation: 'avatar',
  label: 'PixVerse Avatar',
  path: '/video/avatar/generate',
  manifest: {
    parameters: { image_url: { type: 'string', required: true }, quality, ...speechParameters },
    one_of: oneSpeech,
    inputs: [imageInput('subject', 'image_url', 1, 1), audioInput(0)],
    tariff: null,
    typical_s: usualTime,
  },
  check: checkSpeech,
  fields: (values) => ({ quality: values.quality ?? null, ...speechFields(values) }),
  pictures: 'img_id',
};
