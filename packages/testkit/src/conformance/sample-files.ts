import { crc32, deflateSync } from 'node:zlib';
import type { InputFile } from '@pixsim7/providers';

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

export function sampleImage(): InputFile {
  const bytes = samplePng();
  return {
    assetId: 'ast_image',
    mediaType: 'image',
    mimeType: 'image/png',
    bytes: bytes.length,
    fileName: 'square.png',
    open: async () => new Blob([bytes], { type: 'image/png' }),
    madeBy: null,
  };
}

export function sampleVideo(bytes: Uint8Array<ArrayBuffer>, madeBy: InputFile['madeBy'] = null): InputFile {
  return {
    assetId: 'ast_video',
    mediaType: 'video',
    mimeType: 'video/mp4',
    bytes: bytes.length,
    fileName: 'clip.mp4',
    open: async () => new Blob([bytes], { type: 'video/mp4' }),
    madeBy,
  };
}

/** An ISO base media file says its brand in a box `ftyp` at byte 4. */
export function isMp4(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(4, 8)).toString('latin1') === 'ftyp';
}
