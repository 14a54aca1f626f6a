import type { Sharp } from 'sharp';
import type { ConvertedImage, MediaFacts } from '@pixsim7/core';
import { encodePoster } from '../image/poster.ts';
import type { Reading } from '../protocol.ts';
import type { RecordingFormat } from '../start-of-file.ts';
import { createFfmpegFrameExtractor } from './ffmpeg-frame.ts';
import type { FrameExtractor } from './frame-extractor.ts';
import { frameMemory } from './frame-memory.ts';
import { extractFrameWithWebCodecs } from './webcodecs-frame.ts';

/** Tried in order until one gives a picture: the optional decoder library, then an `ffmpeg` of this machine. */
const installedExtractors: readonly FrameExtractor[] = [
  extractFrameWithWebCodecs,
  createFfmpegFrameExtractor(),
];

// The first picture is often black or a fade-in; a tenth of the way in, a clip of five seconds shows its subject. A video with
// one key frame shows its first picture all the same: decoding the others costs seven times as much.
const posterPosition = 0.1;

/** A poster, or null with what the decoders said. */
export interface VideoPoster {
  readonly picture: ConvertedImage | null;
  readonly complaints: readonly string[];
}

/** A still picture of a video in the proportions that it is shown in. */
export async function videoPoster(
  path: string,
  format: RecordingFormat,
  facts: MediaFacts,
  reading: Reading,
  extractors: readonly FrameExtractor[] = installedExtractors,
): Promise<VideoPoster> {
  const shown = { width: facts.width ?? 0, height: facts.height ?? 0 };
  const decodingBytes = frameMemory({ pixels: shown.width * shown.height, codec: facts.codec });
  if (decodingBytes > reading.decodingBytes) {
    return {
      picture: null,
      complaints: [
        `A picture of ${shown.width} x ${shown.height} takes more memory than this server allows.`,
      ],
    };
  }
  await reading.reserve(decodingBytes);
  const complaints: string[] = [];
  for (const atS of [(facts.durationS ?? 0) * posterPosition, 0]) {
    const frame = await firstFrame(extractors, { path, format, atS, decodingBytes }, complaints);
    if (frame !== null) {
      return { picture: await encodePoster(frame, shown), complaints };
    }
  }
  return { picture: null, complaints };
}

async function firstFrame(
  extractors: readonly FrameExtractor[],
  request: Parameters<FrameExtractor>[0],
  complaints: string[],
): Promise<Sharp | null> {
  for (const extract of extractors) {
    try {
      const frame = await extract(request);
      if (frame !== null) {
        return frame;
      }
    } catch (error) {
      complaints.push(`At ${request.atS.toFixed(3)} s: ${String(error)}`);
    }
  }
  return null;
}
