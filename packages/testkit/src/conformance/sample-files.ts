import { crc32, deflateSync } from 'node:zlib';
import type { FusionAsset, JobParameters } from '@pixsim7/contracts';
import type { InputFile } from '@pixsim7/providers';
import { createWavFile } from '../builders/wav-file.ts';

/**
 * A square with a pattern, as a real PNG: what emulators and providers look into. The strictest of them want 256 pixels a
 * side and 512 bytes, which one colour would not fill.
 */
export function samplePng(side = 256): Uint8Array<ArrayBuffer> {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  // 8 bits a channel, colour type 2 (RGB), default compression, filter and interlace.
  header.set([8, 2, 0, 0, 0], 8);
  const pixels = deflateSync(
    Buffer.concat(
      Array.from({ length: side }, (_, y) =>
        Buffer.from([0, ...Array.from({ length: side * 3 }, (__, x) => (x * y) % 251)]),
      ),
    ),
  );
  return new Uint8Array(
    Buffer.concat([
      Buffer.from('89504e470d0a1a0a', 'hex'),
      chunk('IHDR', header),
      chunk('IDAT', pixels),
      chunk('IEND', Buffer.alloc(0)),
    ]),
  );
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

/** One colour in one bit a pixel, so that a large picture is a small file; padded to a size in bytes where that matters. */
export function blankPng(width: number, height: number, bytes?: number): Uint8Array<ArrayBuffer> {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // 1 bit a pixel, colour type 0 (grey), default compression, filter and interlace.
  header.set([1, 0, 0, 0, 0], 8);
  const parts = [
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc((Math.ceil(width / 8) + 1) * height))),
    chunk('IEND', Buffer.alloc(0)),
  ];
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  // 12 bytes of a chunk are its frame. A text is what every reader skips.
  const room = (bytes ?? Math.max(size + 12, 600)) - size - 12;
  if (room < 0) {
    throw new Error(`A picture of ${width} x ${height} has ${size} bytes at least.`);
  }
  const padding = chunk(
    'tEXt',
    Buffer.concat([Buffer.from('Comment\0'), Buffer.alloc(room, 'a')]).subarray(0, room),
  );
  return new Uint8Array(Buffer.concat([...parts.slice(0, 2), padding, ...parts.slice(2)]));
}

export function sampleImage(): InputFile {
  return sampleFile(samplePng(), 'image', 'image/png');
}

export function sampleVideo(bytes: Uint8Array, madeBy: InputFile['madeBy'] = null): InputFile {
  return { ...sampleFile(bytes, 'video', 'video/mp4'), madeBy };
}

export function sampleAudio(seconds = 1): InputFile {
  return sampleFile(createWavFile(seconds), 'audio', 'audio/wav');
}

export function sampleFile(
  bytes: Uint8Array,
  mediaType: InputFile['mediaType'],
  mimeType: string,
): InputFile {
  return {
    assetId: `ast_${mediaType}`,
    mediaType,
    mimeType,
    bytes: bytes.length,
    fileName: `sample.${mimeType.slice(mimeType.indexOf('/') + 1)}`,
    open: async () => new Blob([Uint8Array.from(bytes)], { type: mimeType }),
    madeBy: null,
  };
}

/** An ISO base media file says its brand in a box `ftyp` at byte 4. */
export function isMp4(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(4, 8)).toString('latin1') === 'ftyp';
}

export function isPng(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(1, 4)).toString('latin1') === 'PNG';
}

/** References of a fusion. */
export const dogInRoom: FusionAsset[] = [
  { image_url: 'the dog', name: 'dog', type: 'subject' },
  { image_url: 'the room', name: 'room', type: 'background' },
];

/** Parameters that every model of these operations takes. */
export const minimalParameters = {
  text_to_video: { prompt: 'a paper boat' },
  image_to_video: { prompt: 'a paper boat', image_url: 'the boat' },
  video_extend: { prompt: 'it sails on', video_url: 'the clip' },
  video_transition: { prompt: 'it turns', image_urls: ['the first', 'the last'] },
} satisfies Record<string, JobParameters>;
