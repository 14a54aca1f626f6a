import {
  ALL_FORMATS,
  BufferSource,
  BufferTarget,
  EncodedAudioPacketSource,
  EncodedPacket,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  Input,
  Mp4OutputFormat,
  Output,
} from 'mediabunny';
import { RenderError } from './video-encoder.ts';

const sampleRate = 48_000;
/** Samples in a packet of AAC (ISO 14496-3). */
const packetSamples = 1024;
const packetSeconds = packetSamples / sampleRate;
/** One packet of digital silence, AAC-LC, one channel. */
const silentPacket = Uint8Array.of(0x00, 0xc8, 0x00, 0x80, 0x23, 0x80);
/** AudioSpecificConfig (ISO 14496-3, 1.6.2.1): AAC-LC, 48 kHz, one channel. */
const decoderSettings = Uint8Array.of(0x11, 0x88);

/**
 * Adds a silent AAC track as long as the picture. No encoder of sound runs in Node without native code, but silence is
 * the same few bytes again and again, and a file with it is told from a silent film by every player and prober.
 * Rejects with `RenderError` when the file has no picture.
 */
export async function addSoundtrack(video: Uint8Array): Promise<Uint8Array> {
  const input = new Input({ source: new BufferSource(video), formats: ALL_FORMATS });
  try {
    const track = await input.getPrimaryVideoTrack();
    const decoderConfig = await track?.getDecoderConfig();
    if (track === null || decoderConfig === null || decoderConfig === undefined) {
      throw new RenderError('the file has no picture to add sound to');
    }
    const target = new BufferTarget();
    const output = new Output({ format: new Mp4OutputFormat({ fastStart: 'in-memory' }), target });
    const picture = new EncodedVideoPacketSource('avc');
    const sound = new EncodedAudioPacketSource('aac');
    output.addVideoTrack(picture);
    output.addAudioTrack(sound);
    await output.start();
    for await (const packet of new EncodedPacketSink(track).packets()) {
      await picture.add(packet, { decoderConfig });
    }
    const seconds = await track.computeDuration();
    for (let at = 0; at < seconds; at += packetSeconds) {
      const length = Math.min(packetSeconds, seconds - at);
      await sound.add(new EncodedPacket(silentPacket, 'key', at, length), {
        decoderConfig: { codec: 'mp4a.40.2', numberOfChannels: 1, sampleRate, description: decoderSettings },
      });
    }
    await output.finalize();
    if (target.buffer === null) {
      throw new RenderError('the file with sound is empty');
    }
    return new Uint8Array(target.buffer);
  } finally {
    input.dispose();
  }
}
