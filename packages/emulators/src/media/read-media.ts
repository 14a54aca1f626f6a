import { ALL_FORMATS, BufferSource, Input } from 'mediabunny';
import sharp from 'sharp';
import type { Metadata } from 'sharp';

export interface ImageFacts {
  /** As sharp names it: `png`, `jpeg`, `webp`, … */
  readonly format: string;
  /** As shown, with the orientation applied. */
  readonly width: number;
  readonly height: number;
}

/** By format, of the pictures that every provider takes. */
export const imageExtensions: Readonly<Record<string, string>> = { png: 'png', jpeg: 'jpg', webp: 'webp' };

/** Looks at the bytes, never at the name. Rejects with the reader's error when they are no picture. */
export async function readImage(bytes: Uint8Array): Promise<ImageFacts> {
  const metadata: Metadata = await sharp(bytes).metadata();
  const { width, height } = metadata.autoOrient;
  return { format: metadata.format, width, height };
}

export interface MediaFacts {
  readonly extension: string;
  readonly mediaType: 'video' | 'audio';
  /** Of the picture; 0 for audio. */
  readonly width: number;
  readonly height: number;
  readonly seconds: number;
}

const videoExtensions: Readonly<Record<string, string>> = {
  MP4: 'mp4',
  'QuickTime File Format': 'mov',
  WebM: 'webm',
};
const audioExtensions: Readonly<Record<string, string>> = {
  MP3: 'mp3',
  WAVE: 'wav',
  MP4: 'm4a',
  ADTS: 'aac',
};

/** Null for what is no video or sound in one of the formats above. */
export async function readMedia(bytes: Uint8Array): Promise<MediaFacts | null> {
  const input = new Input({ source: new BufferSource(bytes), formats: ALL_FORMATS });
  try {
    const format = (await input.getFormat()).name;
    const seconds = await input.computeDuration();
    const video = await input.getPrimaryVideoTrack();
    const extension = (video === null ? audioExtensions : videoExtensions)[format];
    if (extension === undefined || !(seconds > 0)) {
      return null;
    }
    const width = video === null ? 0 : await video.getDisplayWidth();
    const height = video === null ? 0 : await video.getDisplayHeight();
    return { extension, mediaType: video === null ? 'audio' : 'video', width, height, seconds };
  } catch {
    // Any file may be sent; what the reader cannot make sense of is not one of the formats.
    return null;
  } finally {
    input.dispose();
  }
}
