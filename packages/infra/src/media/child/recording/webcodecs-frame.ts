import type * as webCodecs from '@napi-rs/webcodecs';
import type { VideoDecoder, VideoFrame } from '@napi-rs/webcodecs';
import { EncodedPacketSink } from 'mediabunny';
import type { EncodedPacket, InputVideoTrack } from 'mediabunny';
import sharp from 'sharp';
import type { Sharp } from 'sharp';
import { giveBackMemory } from '../give-back-memory.ts';
import type { FrameRequest } from './frame-extractor.ts';
import { openRecording } from './open-recording.ts';

type WebCodecs = typeof webCodecs;

// Four seconds at 30 fps: pictures depend on those since their key frame, and a poster is not worth more decoding.
const maxPackets = 120;
// The decoder works in threads of its own; what is handed to it faster than it decodes would pile up as pictures.
const maxQueued = 2;
// A closed picture keeps its memory until its handle is collected: 1.4 MB of 1280 x 720, 12 MB of 3840 x 2160.
const collectEvery = 4;

/** Loads the optional decoder; null where it is not installed, as on platforms without a binary. */
export async function loadWebCodecs(): Promise<WebCodecs | null> {
  try {
    return await import('@napi-rs/webcodecs');
  } catch {
    // Any failure to load means the same: posters have to come from somewhere else.
    return null;
  }
}

/** A picture of a video, decoded in this child by the optional `@napi-rs/webcodecs`. */
export async function extractFrameWithWebCodecs(request: FrameRequest): Promise<Sharp | null> {
  const codecs = await loadWebCodecs();
  if (codecs === null) {
    return null;
  }
  const input = openRecording(request.path, request.format);
  try {
    const track = await input.getPrimaryVideoTrack();
    if (track === null) {
      throw new Error('The file has no video track.');
    }
    const frame = await decodeFrame(codecs, track, request);
    try {
      const { codedWidth, codedHeight } = frame;
      const pixels = new Uint8Array(frame.allocationSize({ format: 'RGBA' }));
      await frame.copyTo(pixels, { format: 'RGBA' });
      const picture = sharp(pixels, { raw: { width: codedWidth, height: codedHeight, channels: 4 } });
      return picture.rotate(await track.getRotation());
    } finally {
      frame.close();
    }
  } finally {
    input.dispose();
  }
}

async function decodeFrame(
  codecs: WebCodecs,
  track: InputVideoTrack,
  request: FrameRequest,
): Promise<VideoFrame> {
  const configuration = await track.getDecoderConfig();
  if (configuration === null) {
    throw new Error('The codec of the video is not known.');
  }
  // The library takes the planes of such a video for brightness and colour: green becomes pink. ffmpeg shows it right.
  if (configuration.colorSpace?.matrix === 'rgb') {
    throw new Error('The video stores red, green and blue, which this decoder shows in wrong colours.');
  }
  // Collected instead of assigned to one variable: the decoder calls back while it is being awaited.
  const latest: VideoFrame[] = [];
  const failures: Error[] = [];
  const decoder = new codecs.VideoDecoder({
    output: (frame) => {
      latest.pop()?.close();
      latest.push(frame);
    },
    error: (error) => failures.push(error),
  });
  try {
    // Looking for a hardware decoder takes longer than decoding a few pictures without one.
    decoder.configure({
      codec: configuration.codec,
      codedWidth: await track.getCodedWidth(),
      codedHeight: await track.getCodedHeight(),
      ...(configuration.description === undefined ? {} : { description: configuration.description }),
      hardwareAcceleration: 'prefer-software',
    });
    let packets = 0;
    for await (const packet of packetsUpTo(track, request)) {
      decoder.decode(
        new codecs.EncodedVideoChunk({
          type: packet.type,
          timestamp: packet.microsecondTimestamp,
          data: packet.data,
        }),
      );
      while (decoder.decodeQueueSize > maxQueued && failures.length === 0) {
        await dequeued(decoder);
      }
      packets += 1;
      if (packets % collectEvery === 0) {
        await giveBackMemory();
      }
    }
    await decoder.flush();
  } finally {
    decoder.close();
  }
  const [frame] = latest;
  if (frame === undefined) {
    throw new Error('The video gave no picture.', { cause: failures[0] });
  }
  return frame;
}

function dequeued(decoder: VideoDecoder): Promise<void> {
  return new Promise((resolve) => {
    decoder.addEventListener('dequeue', () => resolve(), { once: true });
  });
}

/** From the last key frame at or before a moment up to that moment, in decoding order. */
async function* packetsUpTo(
  track: InputVideoTrack,
  { atS, keyFrameOnly }: Pick<FrameRequest, 'atS' | 'keyFrameOnly'>,
): AsyncGenerator<EncodedPacket> {
  const sink = new EncodedPacketSink(track);
  // Verified in the bytes: some encoders list no key frames, which by the format means that every frame is one.
  const options = { verifyKeyPackets: true };
  let packet = (await sink.getKeyPacket(atS, options)) ?? (await sink.getFirstKeyPacket(options));
  for (let count = 0; packet !== null && count < maxPackets; count += 1) {
    yield packet;
    packet = keyFrameOnly || packet.timestamp >= atS ? null : await sink.getNextPacket(packet);
  }
}
