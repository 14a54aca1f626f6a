import type * as webCodecs from '@napi-rs/webcodecs';
import type { VideoFrame } from '@napi-rs/webcodecs';
import { EncodedPacketSink } from 'mediabunny';
import type { EncodedPacket, InputVideoTrack } from 'mediabunny';
import sharp from 'sharp';
import type { Sharp } from 'sharp';
import type { FrameRequest } from './frame-extractor.ts';
import { openRecording } from './open-recording.ts';

type WebCodecs = typeof webCodecs;

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
    const packet = await keyPacket(track, request.atS);
    decoder.decode(
      new codecs.EncodedVideoChunk({
        type: packet.type,
        timestamp: packet.microsecondTimestamp,
        data: packet.data,
      }),
    );
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

/** The last key frame at or before a moment, or the first one of all. */
async function keyPacket(track: InputVideoTrack, atS: number): Promise<EncodedPacket> {
  const sink = new EncodedPacketSink(track);
  // Verified in the bytes: some encoders list no key frames, which by the format means that every frame is one.
  const options = { verifyKeyPackets: true };
  const packet = (await sink.getKeyPacket(atS, options)) ?? (await sink.getFirstKeyPacket(options));
  if (packet === null) {
    throw new Error('The video has no picture that stands for itself.');
  }
  return packet;
}
