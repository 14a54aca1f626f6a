import { ALL_FORMATS, BufferSource, Input } from 'mediabunny';
import sharp from 'sharp';
import type { Metadata } from 'sharp';

import { PixverseRefusal } from './error-codes.ts';

const mebibyte = 1024 * 1024;
const imageLimits = { bytes: 20 * mebibyte, longestSide: 4000 };
const mediaLimits = { bytes: 50 * mebibyte, seconds: 30, longestSide: 1920 };

const imageTypes = { png: 'png', jpeg: 'jpg', webp: 'webp' } as const;

export interface ProbedImage {
  readonly extension: string;
  /** As shown, with the orientation applied. */
  readonly width: number;
  readonly height: number;
}

/** Looks at the bytes, never at the name. Throws `PixverseRefusal` 500030, 500031 or 500032. */
export async function probeImage(bytes: Uint8Array): Promise<ProbedImage> {
  if (bytes.length >= imageLimits.bytes) {
    throw new PixverseRefusal(500030);
  }
  const metadata = await readImageMetadata(bytes);
  const extension = Object.entries(imageTypes).find(([format]) => format === metadata.format)?.[1];
  if (extension === undefined) {
    throw new PixverseRefusal(500032);
  }
  const { width, height } = metadata.autoOrient;
  if (Math.max(width, height) > imageLimits.longestSide) {
    throw new PixverseRefusal(500030);
  }
  return { extension, width, height };
}

async function readImageMetadata(bytes: Uint8Array): Promise<Metadata> {
  try {
    return await sharp(bytes).metadata();
  } catch (cause) {
    throw Object.assign(new PixverseRefusal(500031), { cause });
  }
}

export interface ProbedMedia {
  readonly extension: string;
  readonly mediaType: 'video' | 'audio';
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

/** Throws `PixverseRefusal` 400017: no code of its own is documented for bad media. */
export async function probeMedia(bytes: Uint8Array): Promise<ProbedMedia> {
  if (bytes.length > mediaLimits.bytes) {
    throw new PixverseRefusal(400017, 'the file is over 50 MB');
  }
  const media = await readMedia(bytes);
  if (media === null) {
    throw new PixverseRefusal(400017, 'the file is no mp4, mov, webm, mp3, wav, m4a or aac');
  }
  if (media.seconds > mediaLimits.seconds) {
    throw new PixverseRefusal(400017, `the file is over ${mediaLimits.seconds} s`);
  }
  if (Math.max(media.width, media.height) > mediaLimits.longestSide) {
    throw new PixverseRefusal(400017, `the video is over ${mediaLimits.longestSide} pixels a side`);
  }
  return media;
}

async function readMedia(bytes: Uint8Array): Promise<ProbedMedia | null> {
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
