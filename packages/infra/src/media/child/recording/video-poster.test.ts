import { chmod, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createImageFile, createVideoFile } from '@pixsim7/testkit/builders';
import { createNamelessFolder, fixture, freeReading } from '../../__tests__/fixture.ts';
import type { NamelessFolder } from '../../__tests__/fixture.ts';
import { distance, pixelAt } from '../../__tests__/pixels.ts';
import type { Rgb } from '../../__tests__/pixels.ts';
import { createFfmpegFrameExtractor } from './ffmpeg-frame.ts';
import type { FrameExtractor, FrameRequest } from './frame-extractor.ts';
import { frameMemory } from './frame-memory.ts';
import { readRecordingFacts } from './recording-facts.ts';
import { videoPoster } from './video-poster.ts';
import { extractFrameWithWebCodecs, loadWebCodecs } from './webcodecs-frame.ts';

const red = { r: 220, g: 20, b: 30 };
const green = { r: 20, g: 180, b: 40 };
const megabyte = 1024 ** 2;

let folder: NamelessFolder;

beforeAll(async () => {
  folder = await createNamelessFolder();
});

afterAll(() => folder.remove());

const requestOf = (path: string, atS: number): FrameRequest => ({
  path,
  format: 'mp4',
  atS,
  decodingBytes: 128 * megabyte,
});

async function middle(picture: Uint8Array | undefined): Promise<Rgb> {
  return pixelAt(picture ?? new Uint8Array(), 0.5, 0.5);
}

async function posterOf(path: string, extractors?: readonly FrameExtractor[], decodingBytes?: number) {
  const reading = freeReading(decodingBytes);
  const facts = await readRecordingFacts(path, 'mp4', reading);
  return videoPoster(path, 'mp4', facts, reading, extractors);
}

describe('the poster of a video', () => {
  it('shows the picture a tenth of the way in, and the first one when that fails', async () => {
    const asked: number[] = [];
    const stubborn: FrameExtractor = async ({ atS }) => {
      asked.push(atS);
      if (atS > 0) {
        throw new Error('cannot seek');
      }
      return sharp(await createImageFile({ colour: green }));
    };
    const path = await folder.file(await createVideoFile({ seconds: 2 }));
    const { picture, complaints } = await posterOf(path, [stubborn]);
    expect(distance(await middle(picture?.bytes), green)).toBeLessThan(40);
    expect(asked).toEqual([0.2, 0]);
    expect(complaints).toEqual(['At 0.200 s: Error: cannot seek']);
  });

  it('is none where nothing can decode it', async () => {
    const path = await folder.file(await createVideoFile());
    expect(await posterOf(path, [async () => null])).toEqual({ picture: null, complaints: [] });
  });

  it('is none, and nothing is decoded, when one picture takes more memory than may be used', async () => {
    const never: FrameExtractor = () => Promise.reject(new Error('decoded'));
    const facts = await readRecordingFacts(fixture('base.mp4'), 'mp4', freeReading());
    const reading = freeReading();
    const giant = { ...facts, width: 16_384, height: 8_704 };
    const { picture, complaints } = await videoPoster(fixture('base.mp4'), 'mp4', giant, reading, [never]);
    expect(picture).toBeNull();
    expect(complaints).toEqual([expect.stringContaining('16384 x 8704')]);
    expect(reading.reserved).toEqual([]);
  });

  it('reserves its memory before anything is decoded', async () => {
    const reading = freeReading();
    const seen: number[] = [];
    const facts = await readRecordingFacts(fixture('base.mp4'), 'mp4', freeReading());
    await videoPoster(fixture('base.mp4'), 'mp4', facts, reading, [
      async ({ decodingBytes }) => {
        seen.push(reading.reserved.length, decodingBytes - (reading.reserved[0] ?? 0));
        return sharp(await createImageFile());
      },
    ]);
    expect(seen).toEqual([1, 0]);
  });
});

describe('the memory for a picture of a video', () => {
  it('fits the usual bound up to 4K, and up to Full HD for AV1', () => {
    const ofSize = (pixels: number, codec: string): number => frameMemory({ pixels, codec });
    expect(ofSize(3_840 * 2_160, 'avc1.640028')).toBeLessThan(128 * megabyte);
    expect(ofSize(1_920 * 1_080, 'av01.0.08M.08')).toBeLessThan(128 * megabyte);
    expect(ofSize(16_384 * 8_704, 'avc1.640028')).toBeGreaterThan(1_024 * megabyte);
  });
});

describe.runIf((await loadWebCodecs()) !== null)('pictures of videos by @napi-rs/webcodecs', () => {
  it('show the last key frame before the moment that is asked for', async () => {
    // A key frame every two seconds, and another colour after three.
    const path = await folder.file(await createVideoFile({ seconds: 6, colours: [red, green] }));
    for (const [atS, colour] of [
      [0, red],
      [3.9, red],
      [4.1, green],
      [9, green],
    ] as const) {
      const picture = await extractFrameWithWebCodecs(requestOf(path, atS));
      expect(distance(await middle(await picture?.png().toBuffer()), colour)).toBeLessThan(40);
    }
  });

  it.each([
    ['base.mp4', 160, 90],
    ['rot90.mp4', 90, 160],
    ['sar.mp4', 213, 90],
    ['two-video.mp4', 160, 90],
    ['frag.mp4', 160, 90],
  ])('make a poster of %s in the size that the facts state', async (name, width, height) => {
    const { picture, complaints } = await posterOf(fixture(name), [extractFrameWithWebCodecs]);
    expect(complaints).toEqual([]);
    expect(picture).toMatchObject({ width, height, mimeType: 'image/webp' });
    expect(await sharp(picture?.bytes).metadata()).toMatchObject({ format: 'webp', width, height });
  });

  it('need a video', async () => {
    await expect(extractFrameWithWebCodecs(requestOf(fixture('audio-only.mp4'), 0))).rejects.toThrow(
      'no video track',
    );
  });
});

describe('pictures of videos by ffmpeg', () => {
  /** A program that notes its arguments and does what a shell script says. */
  async function programOf(script: string): Promise<{ program: string; argumentsFile: string }> {
    const program = await folder.file(`#!/bin/sh\nprintf '%s\\n' "$@" > "$0.arguments"\n${script}\n`);
    await chmod(program, 0o700);
    return { program, argumentsFile: `${program}.arguments` };
  }

  it('are the PNG that it writes, and it may open nothing but that file', async () => {
    const png = await folder.file(await createImageFile({ colour: green }));
    const { program, argumentsFile } = await programOf(`cat '${png}'`);
    const picture = await createFfmpegFrameExtractor({ program })(requestOf('/videos/a.mp4', 0.25));
    expect(distance(await middle(await picture?.png().toBuffer()), green)).toBeLessThan(40);
    const given = (await readFile(argumentsFile, 'utf8')).split('\n');
    const at = given.indexOf('-skip_frame');
    expect(given.slice(at, at + 9)).toEqual([
      '-skip_frame',
      'nokey',
      '-noaccurate_seek',
      '-ss',
      '0.250',
      '-protocol_whitelist',
      'file',
      '-i',
      'file:/videos/a.mp4',
    ]);
  });

  it.runIf(process.platform !== 'win32')(
    'may take the memory that was reserved, and what the program itself takes',
    async () => {
      const { program } = await programOf('ulimit -d >&2; exit 1');
      await expect(createFfmpegFrameExtractor({ program })(requestOf('/videos/a.mp4', 0))).rejects.toThrow(
        String((128 + 160) * 1024),
      );
    },
  );

  it('are none where there is no ffmpeg', async () => {
    const extract = createFfmpegFrameExtractor({ program: join(folder.path, 'no such program') });
    expect(await extract(requestOf('/videos/a.mp4', 0))).toBeNull();
  });

  it.each([
    ['fails', 'echo "moov atom not found" >&2; exit 1', 'moov atom not found'],
    ['writes nothing', 'exit 0', 'gave no picture'],
  ])('are an error when it %s', async (_what, script, message) => {
    const { program } = await programOf(script);
    await expect(createFfmpegFrameExtractor({ program })(requestOf('/videos/a.mp4', 0))).rejects.toThrow(
      message,
    );
  });

  it('are an error when it takes too long, and it is killed', async () => {
    const { program } = await programOf('exec sleep 60');
    const extract = createFfmpegFrameExtractor({ program, timeoutMs: 50 });
    await expect(extract(requestOf('/videos/a.mp4', 0))).rejects.toThrow('gave no picture');
  });
});
