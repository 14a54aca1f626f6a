import { limits } from '../capabilities.ts';
import { PixverseRefusal } from '../error-codes.ts';
import type { Fields } from '../fields.ts';
import type { References } from './plan.ts';

/** The words of a lip sync or an avatar: a recording, or a text for a speaker. */
export type Speech =
  | { readonly kind: 'recording'; readonly seconds: number; readonly fileName: string }
  | { readonly kind: 'text'; readonly text: string };

/**
 * Reads `audio_media_id`, or `lip_sync_tts_speaker_id` with `lip_sync_tts_content`. Throws `PixverseRefusal`: 400011 for a part that
 * is missing, 400017 for both at once, an unknown speaker and a text that is too long.
 */
export function readSpeech(fields: Fields, references: References): Speech {
  const audioId = fields.id('audio_media_id');
  const speaker = fields.text('lip_sync_tts_speaker_id');
  const text = fields.text('lip_sync_tts_content');
  if (audioId !== null) {
    if (speaker !== null || text !== null) {
      throw new PixverseRefusal(400017, 'only one of audio_media_id and lip_sync_tts_content');
    }
    const media = references.media(audioId);
    if (media.mediaType !== 'audio') {
      throw new PixverseRefusal(400017, 'audio_media_id is not audio');
    }
    return { kind: 'recording', seconds: media.seconds, fileName: media.name ?? '' };
  }
  if (speaker === null || text === null) {
    throw new PixverseRefusal(400011, 'audio_media_id, or lip_sync_tts_speaker_id and lip_sync_tts_content');
  }
  references.speaker(speaker);
  if (Array.from(text).length > limits.ttsCharacters) {
    throw new PixverseRefusal(400017, `lip_sync_tts_content is over ${limits.ttsCharacters} characters`);
  }
  return { kind: 'text', text };
}

export function wordsOf(speech: Speech): string {
  return speech.kind === 'text' ? speech.text : '';
}

export function fileNamesOf(speech: Speech): readonly string[] {
  return speech.kind === 'recording' ? [speech.fileName] : [];
}

/** The price table counts 15 bytes of text where it counts a second of sound. */
export function secondsOf(speech: Speech): number {
  return speech.kind === 'text' ? Math.ceil(Buffer.byteLength(speech.text) / 15) : speech.seconds;
}
