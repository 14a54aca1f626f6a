import { audioInput, videoInput } from '../input-specifications.ts';
import { usualTime } from './feature.ts';
import type { Feature } from './feature.ts';
import { checkSpeech, oneSpeech, speechFields, speechParameters } from './speech.ts';

/** Puts words into the mouth of somebody in a video. */
export const lipSync: Feature = {
  operation: 'lip_sync',
  label: 'PixVerse Lip Sync',
  path: '/video/lip_sync/generate',
  manifest: {
    parameters: { video_url: { type: 'string', required: true }, ...speechParameters },
    one_of: oneSpeech,
    inputs: [videoInput('source', 'video_url'), audioInput(0)],
    tariff: {
      basis: 'per_input_second',
      by: [],
      rows: [
        { when: {}, present: ['text'], basis: 'per_text_bytes', credits: 4 },
        { when: {}, present: ['audio_url'], credits: 4 },
      ],
      input: 'audio',
      bytes: 15,
      source: 'PixVerse platform, feature pricing',
    },
    typical_s: usualTime,
  },
  check: checkSpeech,
  fields: speechFields,
};
