import type { JobParameters, ModelManifest, ProblemField } from '@pixsim7/contracts';
import { withoutUndefined } from '../../contract/json.ts';
import type { JsonObject } from '../../contract/json.ts';

/** PixVerse picks the voice. */
const anyVoice = 'auto';

/** Words that are spoken: a recording, or a text and the voice that says it. */
export const speechParameters: ModelManifest['parameters'] = {
  audio_url: { type: 'string', required: false, description: 'A recording of up to 30 seconds.' },
  text: {
    type: 'string',
    required: false,
    max_length: 200,
    description: 'What is said, without a recording.',
  },
  voice: {
    type: 'string',
    required: false,
    choices: 'voices',
    description: `The voice of the text; left out, PixVerse picks one.`,
  },
};

/** A recording or a text. */
export const oneSpeech: NonNullable<ModelManifest['one_of']> = [['audio_url', 'text']];

/** There is no voice without a text to say. */
export function checkSpeech(values: JobParameters): ProblemField[] {
  const issues: ProblemField[] = [];
  if (values.text !== undefined && values.text.trim() === '') {
    issues.push({ pointer: '/params/text', code: 'required', detail: 'Must not be empty.' });
  }
  if (values.voice !== undefined && values.text === undefined) {
    issues.push({
      pointer: '/params/voice',
      code: 'not_supported',
      detail: 'A voice needs a text to say; leave it out with a recording.',
    });
  }
  return issues;
}

export function speechFields({ text, voice }: JobParameters): JsonObject {
  return text === undefined
    ? {}
    : withoutUndefined({ lip_sync_tts_speaker_id: voice ?? anyVoice, lip_sync_tts_content: text });
}
