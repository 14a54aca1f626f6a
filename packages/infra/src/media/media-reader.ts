import type { Logger, MediaFacts, MediaReader } from '@pixsim7/core';
import type { Sharp } from 'sharp';

import { convertImage } from './convert-image.ts';
import { createFfmpegFrameExtractor } from './ffmpeg-frame.ts';
import type { FrameExtractor } from './frame-extractor.ts';
import { encodePoster, posterMimeType, probeImage, shrinkImage } from './image-file.ts';
import { imageFormatOf } from './image-signature.ts';
import { probeRecording } from './recording-file.ts';
import { extractFrameWithWebCodecs } from './webcodecs-frame.ts';

export interface MediaReaderOptions {
  readonly logger: Logger;
  /** Tried in order until one gives a picture. The optional decoder library, then `ffmpeg`, when left out. */
  readonly frameExtractors?: readonly FrameExtractor[];
}

// The first picture is often black or a fade-in; a tenth of the way in, a clip of five seconds shows its subject.
const posterPosition = 0.1;

/** Reads images with libvips and videos and recordings with mediabunny; both judge by the bytes alone. */
export function createMediaReader(options: MediaReaderOptions): MediaReader {
  const { logger, frameExtractors = [extractFrameWithWebCodecs, createFfmpegFrameExtractor()] } = options;

  async function frameOf(path: string, facts: MediaFacts): Promise<Sharp | null> {
    for (const atS of [(facts.durationS ?? 0) * posterPosition, 0]) {
      for (const extract of frameExtractors) {
        try {
          const picture = await extract(path, atS);
          if (picture !== null) {
            return picture;
          }
        } catch (error) {
          logger.warn({ error, codec: facts.codec, atS }, 'A picture of a video could not be decoded.');
        }
      }
    }
    return null;
  }

  return {
    async probe(path) {
      const format = await imageFormatOf(path);
      return format === null ? probeRecording(path) : probeImage(path, format);
    },
    async poster(path, facts) {
      switch (facts.mediaType) {
        case 'image':
          return { bytes: await shrinkImage(path), mimeType: posterMimeType };
        case 'video': {
          const picture = await frameOf(path, facts);
          return picture === null ? null : { bytes: await encodePoster(picture), mimeType: posterMimeType };
        }
        case 'audio':
          return null;
      }
    },
    convertImage,
  };
}
