import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UnreadableMediaError } from '@pixsim7/core';
import type { Logger, MediaFacts, MediaFlaw } from '@pixsim7/core';
import { createImageFile } from '@pixsim7/testkit/builders';
import { createNamelessFolder, fixture, fixtureBytes } from './__tests__/fixture.ts';
import type { NamelessFolder } from './__tests__/fixture.ts';
import { distance, pixelAt } from './__tests__/pixels.ts';
import { createMediaReader } from './media-reader.ts';

const ignore = (): void => undefined;
const logger: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };
const reader = createMediaReader({ logger });
let folder: NamelessFolder;

beforeAll(async () => {
  folder = await createNamelessFolder();
});

afterAll(async () => {
  await reader.close();
  await folder.remove();
});

const image = (mimeType: string, width = 160, height = 90, animated = false): MediaFacts => ({
  mediaType: 'image',
  mimeType,
  width,
  height,
  durationS: null,
  fps: null,
  codec: null,
  animated,
  imageTraits: [],
});
const video = (codec: string, more: Partial<MediaFacts> = {}): MediaFacts => ({
  mediaType: 'video',
  mimeType: 'video/mp4',
  width: 160,
  height: 90,
  durationS: 1,
  fps: 24,
  codec,
  animated: false,
  imageTraits: [],
  ...more,
});
const sound = (mimeType: string, codec: string, durationS = 1): MediaFacts => ({
  mediaType: 'audio',
  mimeType,
  width: null,
  height: null,
  durationS,
  fps: null,
  codec,
  animated: false,
  imageTraits: [],
});

describe('what a file says about itself', () => {
  it.each<[string, MediaFacts]>([
    ['base.jpg', image('image/jpeg')],
    ['cmyk.jpg', { ...image('image/jpeg'), imageTraits: ['cmyk'] }],
    ['base.png', image('image/png')],
    ['rgba16.png', { ...image('image/png'), imageTraits: ['sixteen_bit'] }],
    ['anim.apng', image('image/png', 160, 90, true)],
    ['base.webp', image('image/webp')],
    ['anim.webp', image('image/webp', 640, 360, true)],
    ['anim.gif', image('image/gif', 640, 360, true)],
    ['base.avif', image('image/avif')],
    ['anim.avif', image('image/avif', 160, 90, true)],
    ['base.heic', image('image/heic')],
    ['base.tiff', image('image/tiff')],
    ['base.mp4', video('avc1.64000a', { durationS: 2 })],
    ['base.mov', video('avc1.64000a', { durationS: 2, mimeType: 'video/quicktime' })],
    // 1.1 of 1.6 seconds are shown.
    ['elst-trim.mp4', video('avc1.64000a', { durationS: 1.125 })],
    ['frag.mp4', video('avc1.64000a', { durationS: 2 })],
    ['vfr.mp4', video('avc1.64000a', { durationS: 2, fps: 10 })],
    ['one-frame.mp4', video('avc1.64000a', { durationS: 0.042 })],
    // The first of two tracks.
    ['two-video.mp4', video('avc1.64000a')],
    // The sound goes on for a second longer.
    ['audio-longer.mp4', video('avc1.64000a')],
    ['rot90.mp4', video('avc1.64000a', { width: 90, height: 160, durationS: 2 })],
    // 160 x 90 pixels, each a third wider than high.
    ['sar.mp4', video('avc1.64000a', { width: 213 })],
    ['odd444.mp4', video('avc1.f4000a', { width: 96, height: 60 })],
    ['h264-10.mp4', video('avc1.6e000a')],
    ['hevc.mp4', video('hev1.1.6.L30.90')],
    ['hevc10.mov', video('hev1.2.4.L30.90', { mimeType: 'video/quicktime' })],
    ['av1.mp4', video('av01.0.00M.08')],
    // Times are whole milliseconds in these, which must not show.
    ['vp9.webm', video('vp09.00.10.08.01.02.02.02.00', { mimeType: 'video/webm' })],
    ['live.webm', video('vp8', { mimeType: 'video/webm' })],
    ['audio-only.mp4', sound('audio/mp4', 'mp4a.40.2')],
    ['a.mp3', sound('audio/mpeg', 'mp3', 1.045)],
    ['a.aac', sound('audio/aac', 'mp4a.40.2', 1.045)],
    ['a.flac', sound('audio/flac', 'flac')],
    ['a.ogg', sound('audio/ogg', 'opus')],
  ])('%s', async (name, facts) => {
    expect(await reader.probe(fixture(name))).toEqual(facts);
  });

  it('is the same when a few bytes that no decoder needs are missing, or more follow', async () => {
    const jpeg = await fixtureBytes('base.jpg');
    const noise = Buffer.from('what a phone appends'.repeat(50));
    for (const content of [jpeg.subarray(0, -2), Buffer.concat([jpeg, noise])]) {
      expect(await reader.probe(await folder.file(content))).toEqual(image('image/jpeg'));
    }
    const mp4 = Buffer.concat([await fixtureBytes('base.mp4'), noise]);
    expect(await reader.probe(await folder.file(mp4))).toMatchObject({ durationS: 2, width: 160 });
  });

  it.each([
    [1, 64, 36],
    [3, 64, 36],
    [6, 36, 64],
    [8, 36, 64],
  ])('is the size as shown for EXIF orientation %i', async (orientation, width, height) => {
    const turned = await createImageFile({ format: 'jpeg', width: 64, height: 36, orientation });
    const path = await folder.file(turned);
    const facts = await reader.probe(path);
    expect(facts).toMatchObject({ width, height });
    const poster = await reader.poster(path, facts);
    expect(await sharp(poster?.bytes).metadata()).toMatchObject({ width, height });
  });

  it('is true for a WAV recording', async () => {
    expect(await reader.probe(await folder.file(wavFile(2)))).toEqual(sound('audio/wav', 'pcm-s16', 2));
  });

  it('needs no box that names the format', async () => {
    const mov = Buffer.from(await fixtureBytes('base.mov'));
    mov.write('free', 4, 'latin1');
    expect(await reader.probe(await folder.file(mov))).toMatchObject({
      mimeType: 'video/quicktime',
      width: 160,
      durationS: 2,
    });
  });

  it('is true for a BMP, whichever row comes first', async () => {
    for (const height of [2, -2]) {
      expect(await reader.probe(await folder.file(bitmap(3, height)))).toEqual(image('image/bmp', 3, 2));
    }
  });
});

/** 24 bits, red on top, blue below. */
function bitmap(width: number, height: number): Buffer {
  const rows = Math.abs(height);
  const rowBytes = Math.ceil((width * 3) / 4) * 4;
  const bytes = Buffer.alloc(54 + rows * rowBytes);
  bytes.write('BM', 0, 'latin1');
  bytes.writeUInt32LE(bytes.length, 2);
  bytes.writeUInt32LE(54, 10);
  bytes.writeUInt32LE(40, 14);
  bytes.writeInt32LE(width, 18);
  bytes.writeInt32LE(height, 22);
  bytes.writeUInt16LE(1, 26);
  bytes.writeUInt16LE(24, 28);
  for (let row = 0; row < rows; row += 1) {
    const isTop = height < 0 ? row === 0 : row === rows - 1;
    for (let column = 0; column < width; column += 1) {
      bytes[54 + row * rowBytes + column * 3 + (isTop ? 2 : 0)] = 255;
    }
  }
  return bytes;
}

/** 16-bit mono PCM, as in the RIFF WAVE specification. */
function wavFile(seconds: number): Buffer {
  const rate = 8_000;
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

describe('what is wrong with a file', () => {
  const cut = async (name: string, from: number, to: number): Promise<Buffer> => {
    const bytes = await fixtureBytes(name);
    return bytes.subarray(Math.floor(bytes.length * from), Math.ceil(bytes.length * to));
  };
  const text = (content: string) => async (): Promise<Buffer> => Buffer.from(content, 'latin1');

  /** With so many ticks a second one picture is over at once. */
  const withTicks = async (ticks: number): Promise<Buffer> => {
    const bytes = Buffer.from(await fixtureBytes('one-frame.mp4'));
    for (const { index } of bytes.toString('latin1').matchAll(/mdhd/gu)) {
      bytes.writeUInt32BE(ticks, index + 16);
    }
    return bytes;
  };

  it.each<[string, MediaFlaw, RegExp, () => Promise<Buffer>]>([
    ['an empty file', 'empty', /0 bytes/, text('')],
    ['a text', 'not_media', /This is text/, text('hello world\n'.repeat(99))],
    ['a web page', 'not_media', /web page/, text('<!doctype html><html><script>alert(1)</script>')],
    ['JSON', 'not_media', /JSON/, text('{"ErrCode":0,"Resp":{}}')],
    ['a playlist', 'not_media', /playlist/, text('#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1/a.ts\n')],
    ['a PDF', 'not_media', /PDF/, text('%PDF-1.7\n1 0 obj\n<<>>\nendobj\n')],
    ['one byte', 'not_media', /text/, text('x')],
    ['unknown bytes', 'not_media', /not known/, text('\x01\x02\x03\x04'.repeat(99))],
    ['SVG', 'not_supported', /SVG.*JPEG or PNG/, text('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    [
      'SVG with a declaration',
      'not_supported',
      /SVG/,
      text('<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>'),
    ],
    ['a Matroska video', 'not_supported', /MKV.*MP4/, text('\x1aE\xdf\xa3\x93B\x82\x88matroska')],
    ['an AVI video', 'not_supported', /AVI.*MP4/, text('RIFF\0\0\0\0AVI LIST')],
    ['JPEG XL', 'not_supported', /JPEG XL/, text('\0\0\0\x0cJXL \r\n\x87\n')],
    ['a JPEG that is cut off', 'cut_off', /JPEG.*end/, () => cut('base.jpg', 0, 0.9)],
    ['a JPEG without its last hundredth', 'cut_off', /JPEG.*end/, () => cut('base.jpg', 0, 0.99)],
    ['a PNG that is cut off', 'cut_off', /PNG.*end/, () => cut('base.png', 0, 0.6)],
    ['a WebP that is cut off', 'cut_off', /WebP.*end/, () => cut('base.webp', 0, 0.6)],
    ['a GIF that is cut off', 'cut_off', /GIF.*end/, () => cut('anim.gif', 0, 0.1)],
    ['an AVIF that is cut off', 'cut_off', /AVIF.*end/, () => cut('base.avif', 0, 0.6)],
    ['a HEIC that is cut off', 'cut_off', /HEIC.*end/, () => cut('base.heic', 0, 0.6)],
    ['a JPEG without its start', 'cut_off', /start of this JPEG/, () => cut('base.jpg', 0.5, 1)],
    ['a PNG without its start', 'cut_off', /start of this PNG/, () => cut('base.png', 0.5, 1)],
    ['an MP4 without its start', 'cut_off', /start of this video/, () => cut('base.mp4', 0.5, 1)],
    ['an MP4 without its index', 'cut_off', /index/, () => cut('base.mp4', 0, 0.5)],
    ['an MP4 that ends in its index', 'cut_off', /of 19,661 bytes/, () => cut('base.mp4', 0, 0.99)],
    ['a fragment that is cut off', 'cut_off', /end/, () => cut('frag.mp4', 0, 0.8)],
    ['a FLAC that is cut off', 'cut_off', /ends before/, () => cut('a.flac', 0, 0.8)],
    ['a FLAC whose first frame is cut off', 'cut_off', /ends before/, () => cut('a.flac', 0, 0.5)],
    ['a PNG of nonsense', 'damaged', /PNG.*damaged/, text(`\x89PNG\r\n\x1a\n${'nonsense'.repeat(9)}`)],
    [
      'a web page after the signature of a PNG',
      'damaged',
      /PNG/,
      text('\x89PNG\r\n\x1a\n<html><script>alert(1)</script></html>'),
    ],
    [
      'a web page after the signature of a GIF',
      'damaged',
      /GIF/,
      text('GIF89a<html><script>alert(1)</script>'),
    ],
    ['a protected video', 'encrypted', /encrypted/, () => fixtureBytes('encrypted.mp4')],
    [
      'an index of 4,294,967,295 samples',
      'damaged',
      /4,294,967,295/,
      () => fixtureBytes('too-many-samples.mp4'),
    ],
    ['a clock that races', 'damaged', /nothing to play/, () => withTicks(0xffff_ffff)],
    ['a clock that stands still', 'damaged', /0 ticks/, () => fixtureBytes('no-clock.mp4')],
  ])('%s: %s', async (_what, flaw, sentence, content) => {
    const path = await folder.file(await content());
    const error = await reader.probe(path).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UnreadableMediaError);
    expect(error).toMatchObject({ code: 'media_unreadable', flaw });
    expect((error as Error).message).toMatch(sentence);
    expect((error as Error).message).toMatch(/^[A-Z].*\.$/);
  });

  it('is too large with more pixels than are read, by the header alone', async () => {
    const huge = await sharp({
      create: { width: 11_000, height: 10_000, channels: 3, background: 'red' },
      limitInputPixels: false,
    })
      .png({ compressionLevel: 1 })
      .toBuffer();
    const error = await reader.probe(await folder.file(huge)).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ flaw: 'too_large' });
    expect((error as Error).message).toContain('110.0 million pixels (11,000 × 10,000); at most 100 million');
  });

  it('is nothing when the file is not there', async () => {
    await expect(reader.probe('/no/such/file')).rejects.toThrow(/ENOENT/);
  });
});

describe('posters', () => {
  it.each([
    ['base.jpg', 160, 90],
    ['cmyk.jpg', 160, 90],
    ['rgba16.png', 160, 90],
    ['anim.gif', 640, 360],
    ['anim.avif', 160, 90],
    ['base.heic', 160, 90],
    ['base.tiff', 160, 90],
  ])('of %s have its proportions', async (name, width, height) => {
    const poster = await reader.poster(fixture(name), await reader.probe(fixture(name)));
    expect(poster?.mimeType).toBe('image/webp');
    expect(await sharp(poster?.bytes).metadata()).toMatchObject({
      format: 'webp',
      width,
      height,
      space: 'srgb',
    });
  });

  it('are smaller than a large picture, and show its colour', async () => {
    const colour = { r: 220, g: 20, b: 30 };
    const large = await createImageFile({
      format: 'jpeg',
      width: 1_280,
      height: 720,
      colour,
      orientation: 6,
    });
    const path = await folder.file(large);
    const poster = await reader.poster(path, await reader.probe(path));
    expect(await sharp(poster?.bytes).metadata()).toMatchObject({ width: 360, height: 640 });
    expect(distance(await pixelAt(poster?.bytes ?? new Uint8Array(), 0.5, 0.5), colour)).toBeLessThan(40);
  });

  it('are none for a recording', async () => {
    expect(await reader.poster(fixture('a.mp3'), await reader.probe(fixture('a.mp3')))).toBeNull();
  });
});
