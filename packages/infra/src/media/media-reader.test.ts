import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { UnreadableMediaError } from '@pixsim7/core';
import type { Logger, MediaFacts } from '@pixsim7/core';
import { createImageFile, createVideoFile } from '@pixsim7/testkit/builders';
import {
  ALL_FORMATS,
  BufferSource,
  BufferTarget,
  Conversion,
  Input,
  MovOutputFormat,
  Mp4OutputFormat,
  Output,
} from 'mediabunny';
import type { OutputFormat } from 'mediabunny';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createFfmpegFrameExtractor } from './ffmpeg-frame.ts';
import { createMediaReader } from './media-reader.ts';
import { extractFrameWithWebCodecs, loadWebCodecs } from './webcodecs-frame.ts';

const warnings: Record<string, unknown>[] = [];
const ignore = (): void => undefined;
const logger: Logger = {
  debug: ignore,
  info: ignore,
  error: ignore,
  warn: (fields) => warnings.push(fields),
};
const reader = createMediaReader({ logger });

const red = { r: 220, g: 20, b: 30 };
const green = { r: 20, g: 180, b: 40 };

let folder: string;
let files = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'media-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** The name says nothing about the content, as in the blob store. */
async function fileOf(content: Uint8Array | string): Promise<string> {
  files += 1;
  const path = join(folder, `file-${files}`);
  await writeFile(path, content);
  return path;
}

const probe = async (content: Uint8Array | string): Promise<MediaFacts> =>
  reader.probe(await fileOf(content));

/** The same packets in another container. */
async function repacked(video: Uint8Array, format: OutputFormat): Promise<Uint8Array> {
  const input = new Input({ source: new BufferSource(video), formats: ALL_FORMATS });
  const output = new Output({ format, target: new BufferTarget() });
  const conversion = await Conversion.init({ input, output });
  await conversion.execute();
  return new Uint8Array(output.target.buffer ?? new ArrayBuffer(0));
}

/** 16-bit mono PCM, as in the RIFF WAVE specification. */
function wavFile(seconds: number): Uint8Array {
  const rate = 8000;
  const bytes = Buffer.alloc(44 + rate * 2 * seconds);
  bytes.write('RIFF', 0, 'latin1');
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write('WAVEfmt ', 8, 'latin1');
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(rate, 24);
  bytes.writeUInt32LE(rate * 2, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36, 'latin1');
  bytes.writeUInt32LE(rate * 2 * seconds, 40);
  return bytes;
}

async function middlePixel(picture: Uint8Array): Promise<{ r: number; g: number; b: number }> {
  const { data, info } = await sharp(picture).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const offset = (Math.floor(info.height / 2) * info.width + Math.floor(info.width / 2)) * 3;
  return { r: data[offset] ?? 0, g: data[offset + 1] ?? 0, b: data[offset + 2] ?? 0 };
}

/** How far the colour in the middle of a picture is from another; lossy encoding stays below 40, other colours do not. */
async function distance(picture: Uint8Array | undefined, expected: typeof red): Promise<number> {
  const found = await middlePixel(picture ?? new Uint8Array());
  return Math.hypot(found.r - expected.r, found.g - expected.g, found.b - expected.b);
}

describe('probe of images', () => {
  it.each(['png', 'jpeg', 'webp', 'gif'] as const)('knows %s by its bytes', async (format) => {
    expect(await probe(await createImageFile({ format, width: 64, height: 36 }))).toEqual({
      mediaType: 'image',
      mimeType: `image/${format}`,
      width: 64,
      height: 36,
      durationS: null,
      fps: null,
      codec: null,
      animated: false,
      imageTraits: [],
    });
  });

  it.each([
    [1, 64, 36],
    [3, 64, 36],
    [6, 36, 64],
    [8, 36, 64],
  ])('gives the size as shown for EXIF orientation %i', async (orientation, width, height) => {
    const image = await createImageFile({ format: 'jpeg', width: 64, height: 36, orientation });
    expect(await probe(image)).toMatchObject({ width, height });
  });

  it.each(['png', 'jpeg', 'webp', 'gif'] as const)('refuses a %s that is cut off', async (format) => {
    const noise = sharp(randomBytes(200 * 200 * 3), { raw: { width: 200, height: 200, channels: 3 } });
    const image = await noise.toFormat(format).toBuffer();
    await expect(probe(image.subarray(0, Math.floor(image.length / 2)))).rejects.toThrow(
      UnreadableMediaError,
    );
  });

  it('refuses an image with more pixels than are read', async () => {
    const huge = await sharp({
      create: { width: 11_000, height: 10_000, channels: 3, background: 'red' },
      limitInputPixels: false,
    })
      .png({ compressionLevel: 1 })
      .toBuffer();
    await expect(probe(huge)).rejects.toThrow('too large');
  });
});

describe('probe of what is no media file', () => {
  it.each([
    ['an empty file', ''],
    ['text', 'hello world, this is a text file\n'.repeat(200)],
    ['HTML', '<!doctype html><html><script>alert(1)</script></html>'.repeat(50)],
    [
      'SVG',
      '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><rect width="10" height="10"/></svg>',
    ],
    [
      'SVG with an XML declaration',
      '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
    ],
    ['JSON', '{"ErrCode":0,"Resp":{"url":"https://example.com/a.mp4"}}'],
    [
      'an HLS playlist',
      '#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://127.0.0.1/a.ts\n#EXT-X-ENDLIST\n',
    ],
    ['a PDF', '%PDF-1.7\n1 0 obj\n<<>>\nendobj\n'],
    ['HTML after the signature of a PNG', '\x89PNG\r\n\x1a\n<html><script>alert(1)</script></html>'],
    ['HTML after the signature of a GIF', 'GIF89a<html><script>alert(1)</script></html>'],
    ['one byte', 'x'],
  ])('refuses %s with a sentence', async (_what, content) => {
    const error = await probe(Buffer.from(content, 'latin1')).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UnreadableMediaError);
    expect((error as Error).message).toMatch(/^[A-Z].*\.$/);
  });

  it.each(['tiff', 'avif'] as const)('refuses %s, which no provider takes', async (format) => {
    const image = await sharp({ create: { width: 16, height: 16, channels: 3, background: 'red' } })
      .toFormat(format)
      .toBuffer();
    await expect(probe(image)).rejects.toThrow(UnreadableMediaError);
  });

  it('refuses random bytes', async () => {
    for (let round = 0; round < 20; round += 1) {
      await expect(probe(randomBytes(5000))).rejects.toThrow(UnreadableMediaError);
    }
  });

  it('passes on that the file is not there', async () => {
    await expect(reader.probe(join(folder, 'missing'))).rejects.toThrow(/ENOENT/);
  });
});

describe('probe of videos and recordings', () => {
  it('reads an mp4', async () => {
    expect(await probe(await createVideoFile({ width: 320, height: 180, fps: 10, seconds: 2 }))).toEqual({
      mediaType: 'video',
      mimeType: 'video/mp4',
      width: 320,
      height: 180,
      durationS: 2,
      fps: 10,
      codec: expect.stringMatching(/^avc1\.[0-9a-f]{6}$/),
      animated: false,
      imageTraits: [],
    });
  });

  it('reads a mov', async () => {
    const mov = await repacked(await createVideoFile(), new MovOutputFormat());
    expect(await probe(mov)).toMatchObject({
      mediaType: 'video',
      mimeType: 'video/quicktime',
      width: 160,
      fps: 10,
    });
  });

  it('reads a wav', async () => {
    expect(await probe(wavFile(2))).toEqual({
      mediaType: 'audio',
      mimeType: 'audio/wav',
      width: null,
      height: null,
      durationS: 2,
      fps: null,
      codec: 'pcm-s16',
      animated: false,
      imageTraits: [],
    });
  });

  it('refuses an mp4 that is cut off, with its index at the end or at the front', async () => {
    const indexAtEnd = await createVideoFile({ seconds: 2 });
    const indexAtFront = await repacked(indexAtEnd, new Mp4OutputFormat({ fastStart: 'in-memory' }));
    expect(await probe(indexAtFront)).toMatchObject({ durationS: 2 });
    for (const video of [indexAtEnd, indexAtFront]) {
      await expect(probe(video.subarray(0, video.length - 200))).rejects.toThrow(UnreadableMediaError);
    }
  });
});

describe('poster', () => {
  it('makes a smaller picture of an image, upright', async () => {
    const path = await fileOf(
      await createImageFile({ format: 'jpeg', width: 1280, height: 720, colour: red, orientation: 6 }),
    );
    const poster = await reader.poster(path, await reader.probe(path));
    expect(poster?.mimeType).toBe('image/webp');
    expect(await sharp(poster?.bytes).metadata()).toMatchObject({ format: 'webp', width: 360, height: 640 });
    expect(await distance(poster?.bytes, red)).toBeLessThan(40);
  });

  it('does not enlarge', async () => {
    const path = await fileOf(await createImageFile({ width: 64, height: 36 }));
    const poster = await reader.poster(path, await reader.probe(path));
    expect(await sharp(poster?.bytes).metadata()).toMatchObject({ width: 64, height: 36 });
  });

  it('is none for a recording', async () => {
    const path = await fileOf(wavFile(1));
    expect(await reader.poster(path, await reader.probe(path))).toBeNull();
  });

  it('asks for a picture a tenth of the way in, and for the first one when that fails', async () => {
    const asked: number[] = [];
    const stubborn = createMediaReader({
      logger,
      frameExtractors: [
        async (_path, atS) => {
          asked.push(atS);
          if (atS > 0) {
            throw new Error('cannot seek');
          }
          return sharp(await createImageFile({ colour: green }));
        },
      ],
    });
    const path = await fileOf(await createVideoFile({ seconds: 2 }));
    warnings.length = 0;
    const poster = await stubborn.poster(path, await stubborn.probe(path));
    expect(await distance(poster?.bytes, green)).toBeLessThan(40);
    expect(asked).toEqual([0.2, 0]);
    expect(warnings).toMatchObject([{ atS: 0.2, error: new Error('cannot seek') }]);
  });

  it('is none where nothing can decode a video', async () => {
    const poor = createMediaReader({ logger, frameExtractors: [async () => null] });
    const path = await fileOf(await createVideoFile());
    expect(await poor.poster(path, await poor.probe(path))).toBeNull();
  });
});

describe.runIf((await loadWebCodecs()) !== null)('pictures of videos by @napi-rs/webcodecs', () => {
  it('shows the picture at that moment', async () => {
    const path = await fileOf(await createVideoFile({ seconds: 2, colours: [red, green] }));
    for (const [atS, colour] of [
      [0, red],
      [0.9, red],
      [1.1, green],
      [5, green],
    ] as const) {
      const picture = await extractFrameWithWebCodecs(path, atS);
      expect(await distance(await picture?.png().toBuffer(), colour)).toBeLessThan(40);
    }
  });

  it('makes the poster of an mp4 in its size', async () => {
    const path = await fileOf(await createVideoFile({ width: 320, height: 180, colours: [red] }));
    const poster = await reader.poster(path, await reader.probe(path));
    expect(await sharp(poster?.bytes).metadata()).toMatchObject({ format: 'webp', width: 320, height: 180 });
    expect(await distance(poster?.bytes, red)).toBeLessThan(40);
  });

  it('throws for a file without video', async () => {
    await expect(extractFrameWithWebCodecs(await fileOf(wavFile(1)), 0)).rejects.toThrow('no video track');
  });
});

describe('pictures of videos by ffmpeg', () => {
  /** A program that notes its arguments and does what a shell script says. */
  async function programOf(script: string): Promise<{ program: string; argumentsFile: string }> {
    const program = await fileOf(`#!/bin/sh\nprintf '%s\\n' "$@" > "$0.arguments"\n${script}\n`);
    await chmod(program, 0o700);
    return { program, argumentsFile: `${program}.arguments` };
  }

  it('takes the PNG that ffmpeg writes, and lets it open nothing but that file', async () => {
    const png = await fileOf(await createImageFile({ colour: green }));
    const { program, argumentsFile } = await programOf(`cat '${png}'`);
    const picture = await createFfmpegFrameExtractor({ program })('/videos/a.mp4', 0.25);
    expect(await distance(await picture?.png().toBuffer(), green)).toBeLessThan(40);
    const given = (await readFile(argumentsFile, 'utf8')).split('\n');
    expect(given.slice(3, 9)).toEqual([
      '-protocol_whitelist',
      'file',
      '-ss',
      '0.250',
      '-i',
      'file:/videos/a.mp4',
    ]);
  });

  it('is none where there is no ffmpeg', async () => {
    const extract = createFfmpegFrameExtractor({ program: join(folder, 'no such program') });
    expect(await extract('/videos/a.mp4', 0)).toBeNull();
  });

  it.each([
    ['fails', 'echo "moov atom not found" >&2; exit 1', 'moov atom not found'],
    ['writes nothing', 'exit 0', 'gave no picture'],
  ])('throws when it %s', async (_what, script, message) => {
    const { program } = await programOf(script);
    await expect(createFfmpegFrameExtractor({ program })('/videos/a.mp4', 0)).rejects.toThrow(message);
  });

  it('is killed when it takes too long', async () => {
    const { program } = await programOf('exec sleep 60');
    const extract = createFfmpegFrameExtractor({ program, timeoutMs: 50 });
    await expect(extract('/videos/a.mp4', 0)).rejects.toThrow('gave no picture');
  });
});
