import { EncodedPacketSink } from 'mediabunny';
import type { InputAudioTrack, InputTrack, InputVideoTrack } from 'mediabunny';
import type { MediaFacts } from '@pixsim7/core';
import { smallWorkBytes } from '../../limits.ts';
import { withFileBytes } from '../file-bytes.ts';
import { Flaw } from '../flaw.ts';
import type { Reading } from '../protocol.ts';
import type { RecordingFormat } from '../start-of-file.ts';
import { cutOff, readIsoIndex } from './iso-index.ts';
import type { IsoIndex } from './iso-index.ts';
import { openRecording } from './open-recording.ts';

/** MIME types by what a container holds; null: it is not meant for that. */
const mimeTypes: Readonly<
  Record<RecordingFormat, { readonly video: string | null; readonly audio: string | null }>
> = {
  mp4: { video: 'video/mp4', audio: 'audio/mp4' },
  mov: { video: 'video/quicktime', audio: 'audio/mp4' },
  webm: { video: 'video/webm', audio: 'audio/webm' },
  mp3: { video: null, audio: 'audio/mpeg' },
  wav: { video: null, audio: 'audio/wav' },
  aac: { video: null, audio: 'audio/aac' },
  flac: { video: null, audio: 'audio/flac' },
  ogg: { video: null, audio: 'audio/ogg' },
};

// Ten seconds at 30 fps: enough for an average that a variable frame rate cannot bend far.
const packetsForFrameRate = 300;
/** From this share of like lengths on, the others are exceptions; below it the rate varies. */
const regularShare = 0.9;
/** A file that states more has a clock that is not true. */
const highestRate = 1_000;
const usualRates = [24_000 / 1_001, 24, 25, 30_000 / 1_001, 30, 50, 60_000 / 1_001, 60];
/** Less than half of what lies between 23.976 and 24. */
const roundingShare = 0.000_4;

/** A frame of FLAC has 4,096 samples with every usual encoder: 0.1 seconds and less. */
const largestFrameS = 0.1;

/** Reads the index and the ends of a video or audio file, not its pictures. @throws Flaw */
export async function readRecordingFacts(
  path: string,
  format: RecordingFormat,
  reading: Reading,
): Promise<MediaFacts> {
  const isIso = format === 'mp4' || format === 'mov';
  const { index, size } = withFileBytes(path, (file) => ({
    index: isIso ? readIsoIndex(file) : null,
    size: file.size,
  }));
  if (index !== null) {
    assertReadable(index, size);
  }
  await reserveIndex(index, reading);
  const input = openRecording(path, format);
  try {
    const video = await input.getPrimaryVideoTrack();
    if (video !== null) {
      return await videoFacts(video, mimeTypes[format].video);
    }
    const audio = await input.getPrimaryAudioTrack();
    if (audio !== null) {
      return await audioFacts(audio, mimeTypes[format].audio);
    }
    throw new Flaw('damaged', 'The file contains neither pictures nor sound.');
  } catch (cause) {
    const error = index !== null && index.mediaEnd > size ? cutOff(size, index.mediaEnd) : cause;
    if (error instanceof Flaw) {
      throw error;
    }
    throw new Flaw('damaged', 'The video or audio file is damaged or incomplete. Send another copy.', cause);
  } finally {
    input.dispose();
  }
}

function assertReadable(index: IsoIndex, size: number): void {
  if (index.isEncrypted) {
    throw new Flaw('encrypted', 'The video is encrypted. Send a file without copy protection.');
  }
  if (!index.hasIndex) {
    throw new Flaw(
      'cut_off',
      index.mediaEnd > size
        ? 'The video is cut off: its end is missing, and with it the index (moov). Send the whole file.'
        : 'The video has no index (moov): it was cut off, or its recording was never finished. Send the whole file.',
    );
  }
}

async function reserveIndex(index: IsoIndex | null, reading: Reading): Promise<void> {
  const bytes = smallWorkBytes + (index?.indexBytes ?? 0);
  if (bytes > reading.decodingBytes) {
    throw new Flaw(
      'too_large',
      'The index of the video takes more memory than this server allows for one file.',
    );
  }
  await reading.reserve(bytes);
}

async function videoFacts(track: InputVideoTrack, mimeType: string | null): Promise<MediaFacts> {
  const durationS = await playableSeconds(track);
  const width = await track.getDisplayWidth();
  const height = await track.getDisplayHeight();
  if (mimeType === null || !(width > 0) || !(height > 0)) {
    throw new Flaw('damaged', 'The video is damaged: it states no size.');
  }
  return {
    mediaType: 'video',
    mimeType,
    width,
    height,
    durationS,
    fps: await frameRate(track),
    codec: await codecOf(track),
    animated: false,
    imageTraits: [],
  };
}

/** Pictures a second; null when the file does not say how long they are shown. */
async function frameRate(track: InputVideoTrack): Promise<number | null> {
  const shown: { readonly at: number; readonly length: number }[] = [];
  const packets = new EncodedPacketSink(track).packets(undefined, undefined, { metadataOnly: true });
  for await (const { timestamp, duration } of packets) {
    shown.push({ at: timestamp, length: duration });
    if (shown.length >= packetsForFrameRate) {
      break;
    }
  }
  shown.sort((left, right) => left.at - right.at);
  // A picture is shown until the next one; only the last one has to be believed. WebM states lengths that overlap.
  const lengths = shown
    .map(({ at, length }, index) => (shown[index + 1]?.at ?? at + length) - at)
    .filter((length) => length > 0);
  const median = lengths.toSorted((left, right) => left - right)[lengths.length >> 1] ?? 0;
  // An edit list leaves a gap, which is no picture that is shown for long.
  const regular = lengths.filter((length) => Math.abs(length - median) <= median / 4);
  const counted = regular.length >= lengths.length * regularShare ? regular : lengths;
  const measured = counted.length / counted.reduce((sum, length) => sum + length, 0);
  // A container that counts milliseconds makes 24.01 of 24 in a clip of a second.
  const fps = usualRates.find((rate) => Math.abs(rate - measured) < rate * roundingShare) ?? measured;
  return fps <= highestRate ? Math.round(fps * 100) / 100 : null;
}

async function audioFacts(track: InputAudioTrack, mimeType: string | null): Promise<MediaFacts> {
  if (mimeType === null) {
    throw new Flaw('damaged', 'The video file contains no pictures.');
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
    animated: false,
    imageTraits: [],
  };
}

/** The RFC 6381 name, such as `avc1.42c01e`; null for a codec that the reader does not know. */
async function codecOf(track: InputTrack): Promise<string | null> {
  return (await track.getCodecParameterString()) ?? (await track.getCodec());
}

/** FLAC states its length at the start, and each frame its own: the two differ when frames are missing. */
async function lacksFrames(track: InputTrack, durationS: number): Promise<boolean> {
  if ((await track.getCodec()) !== 'flac') {
    return false;
  }
  return ((await track.getDurationFromMetadata()) ?? 0) > durationS + largestFrameS;
}

/** Duration of a track whose last packet is really there: an index at the front survives a cut-off file. */
async function playableSeconds(track: InputTrack): Promise<number> {
  const sink = new EncodedPacketSink(track);
  // Without a first packet mediabunny 1.61 looks for other ones of a FLAC file forever.
  if ((await sink.getFirstPacket()) === null) {
    throw endsEarly();
  }
  const last = await sink.getPacket(Number.POSITIVE_INFINITY);
  // A track that begins late is not longer for that; what lies before the beginning is cut away by an edit list.
  const durationS = (await track.computeDuration()) - Math.max(0, await track.getFirstTimestamp());
  if (last === null || last.data.byteLength === 0 || (await lacksFrames(track, durationS))) {
    throw endsEarly();
  }
  const milliseconds = Math.round(durationS * 1000);
  if (!(milliseconds > 0) || !Number.isFinite(milliseconds)) {
    throw new Flaw('damaged', 'The video or audio file contains nothing to play.');
  }
  return milliseconds / 1000;
}

function endsEarly(): Flaw {
  return new Flaw(
    'cut_off',
    'The video or audio file ends before its last picture or sound. Send the whole file.',
  );
}
