import { stat } from 'node:fs/promises';

import { UnreadableMediaError } from '@pixsim7/core';
import type { MediaFacts } from '@pixsim7/core';
import { ADTS, EncodedPacketSink, FilePathSource, Input, MP3, MP4, QTFF, WAVE, WEBM } from 'mediabunny';
import type { InputAudioTrack, InputFormat, InputTrack, InputVideoTrack } from 'mediabunny';

/**
 * Containers that are read, with the MIME type for each kind of content. HLS is left out on purpose: its files name
 * other files and URLs, which the reader would open.
 */
const containers = new Map<InputFormat, { readonly video: string | null; readonly audio: string | null }>([
  [MP4, { video: 'video/mp4', audio: 'audio/mp4' }],
  [QTFF, { video: 'video/quicktime', audio: null }],
  [WEBM, { video: 'video/webm', audio: 'audio/webm' }],
  [MP3, { video: null, audio: 'audio/mpeg' }],
  [WAVE, { video: null, audio: 'audio/wav' }],
  [ADTS, { video: null, audio: 'audio/aac' }],
]);

/** What only pictures have. */
const noPicture = { animated: false, imageTraits: [] } as const;

// Ten seconds at 30 fps: enough for an average that a variable frame rate cannot bend far.
const packetsForFrameRate = 300;

/** A video or audio file that is open for reading; close it with `dispose`. */
export function openRecording(path: string): Input {
  return new Input({ source: new FilePathSource(path), formats: [...containers.keys()] });
}

/** Reads the index and the ends of a video or audio file, not its pictures. @throws UnreadableMediaError */
export async function probeRecording(path: string): Promise<MediaFacts> {
  if ((await stat(path)).size === 0) {
    throw new UnreadableMediaError('The file is empty.');
  }
  const input = openRecording(path);
  try {
    if (!(await isRecognised(input))) {
      throw new UnreadableMediaError(
        'The file is not a PNG, JPEG, WebP or GIF image, an MP4, MOV or WebM video, or an MP3, M4A, AAC or WAV recording.',
      );
    }
    const container = containers.get(await input.getFormat());
    const video = await input.getPrimaryVideoTrack();
    if (video !== null) {
      return await videoFacts(video, container?.video ?? null);
    }
    const audio = await input.getPrimaryAudioTrack();
    if (audio !== null) {
      return await audioFacts(audio, container?.audio ?? null);
    }
    throw new UnreadableMediaError('The file contains neither pictures nor sound, or ends too early.');
  } catch (cause) {
    if (cause instanceof UnreadableMediaError) {
      throw cause;
    }
    throw new UnreadableMediaError('The video or audio file is damaged or incomplete.', { cause });
  } finally {
    input.dispose();
  }
}

/** A file of a few bytes makes the look at its format read past the end and throw; it has no format either way. */
async function isRecognised(input: Input): Promise<boolean> {
  try {
    return await input.canRead();
  } catch {
    return false;
  }
}

async function videoFacts(track: InputVideoTrack, mimeType: string | null): Promise<MediaFacts> {
  const durationS = await playableSeconds(track);
  const width = await track.getDisplayWidth();
  const height = await track.getDisplayHeight();
  if (mimeType === null || width <= 0 || height <= 0) {
    throw new UnreadableMediaError('The video has no size, or its container is not meant for video.');
  }
  const { averagePacketRate } = await track.computePacketStats(packetsForFrameRate);
  const codec = await codecOf(track);
  return {
    mediaType: 'video',
    mimeType,
    width,
    height,
    durationS,
    fps: rounded(averagePacketRate),
    codec,
    ...noPicture,
  };
}

async function audioFacts(track: InputAudioTrack, mimeType: string | null): Promise<MediaFacts> {
  if (mimeType === null) {
    throw new UnreadableMediaError('The video file contains no pictures.');
  }
  const durationS = await playableSeconds(track);
  const codec = await codecOf(track);
  return {
    mediaType: 'audio',
    mimeType,
    width: null,
    height: null,
    durationS,
    fps: null,
    codec,
    ...noPicture,
  };
}

/** The RFC 6381 name, such as `avc1.42c01e`; null for a codec that the reader does not know. */
async function codecOf(track: InputTrack): Promise<string | null> {
  return (await track.getCodecParameterString()) ?? (await track.getCodec());
}

/** Duration of a track whose last packet is really there: an index at the front survives a cut-off file. */
async function playableSeconds(track: InputTrack): Promise<number> {
  const last = await new EncodedPacketSink(track).getPacket(Number.POSITIVE_INFINITY);
  const durationS = await track.computeDuration();
  if (last === null || last.data.byteLength === 0 || !(durationS > 0)) {
    throw new UnreadableMediaError('The video or audio file contains nothing to play, or ends too early.');
  }
  return rounded(durationS);
}

/** Milliseconds are as exact as containers are. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
