import { ALL_FORMATS, BufferSource, Input } from 'mediabunny';
import { describe, expect, it } from 'vitest';
import { createPlanes } from './canvas.ts';
import { addSoundtrack } from './soundtrack.ts';
import { startVideoEncoder } from './video-encoder.ts';

async function silentFilm(frames: number, frameRate: number): Promise<Uint8Array> {
  const encoder = startVideoEncoder();
  const format = { width: 64, height: 64, frameRate, pixelScale: 1 };
  const film = await encoder.encode(format, frames, () => createPlanes(64, 64));
  await encoder.close();
  return film;
}

describe('addSoundtrack', () => {
  it.each([
    [10, 10, 1],
    [3, 8, 0.375],
  ])('adds sound as long as %i frames at %i a second', async (frames, frameRate, seconds) => {
    const film = await addSoundtrack(await silentFilm(frames, frameRate));
    const input = new Input({ source: new BufferSource(film), formats: ALL_FORMATS });
    const [picture, sound] = [await input.getPrimaryVideoTrack(), await input.getPrimaryAudioTrack()];
    expect([picture?.codec, sound?.codec]).toEqual(['avc', 'aac']);
    expect((await picture?.computePacketStats())?.packetCount).toBe(frames);
    expect(await picture?.computeDuration()).toBeCloseTo(seconds, 4);
    expect(await sound?.computeDuration()).toBeCloseTo(seconds, 4);
    input.dispose();
  });

  it('rejects what has no picture', async () => {
    await expect(addSoundtrack(new Uint8Array(100))).rejects.toThrow('unsupported or unrecognizable format');
  });
});
