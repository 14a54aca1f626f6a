import { imageExtensions, readImage, readMedia } from '../media/read-media.ts';
import type { ImageFacts, MediaFacts } from '../media/read-media.ts';
import { PixverseRefusal } from './error-codes.ts';

const imageLimits = { bytes: 20_000_000, longestSide: 4000 };
const mediaLimits = { bytes: 50_000_000, seconds: 30, longestSide: 1920 };

export interface ProbedImage {
  readonly extension: string;
  /** As shown, with the orientation applied. */
  readonly width: number;
  readonly height: number;
}

/** Looks at the bytes, never at the name. Throws `PixverseRefusal` 500030, 500031 or 500032. */
export async function probeImage(bytes: Uint8Array): Promise<ProbedImage> {
  if (bytes.length > imageLimits.bytes) {
    throw new PixverseRefusal(500030);
  }
  const { format, width, height } = await readableImage(bytes);
  const extension = imageExtensions[format];
  if (extension === undefined) {
    throw new PixverseRefusal(500032);
  }
  if (Math.max(width, height) > imageLimits.longestSide) {
    throw new PixverseRefusal(500030);
  }
  return { extension, width, height };
}

async function readableImage(bytes: Uint8Array): Promise<ImageFacts> {
  try {
    return await readImage(bytes);
  } catch (cause) {
    throw Object.assign(new PixverseRefusal(500031), { cause });
  }
}

/** Throws `PixverseRefusal` 400017: no code of its own is documented for bad media. */
export async function probeMedia(bytes: Uint8Array): Promise<MediaFacts> {
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
