import { mediaLimits } from '../../limits.ts';
import type { FileBytes } from '../file-bytes.ts';
import { isoBoxes } from '../recording/iso-boxes.ts';
import type { ImageFormat } from '../start-of-file.ts';

/** Whether the parts of an image file say that more bytes should follow than there are. Decodes nothing. */
export function endsEarly(file: FileBytes, format: ImageFormat): boolean {
  switch (format) {
    case 'jpeg':
      return !endsWith(file, '\xff\xd9');
    case 'png':
      return lacksLastChunk(file);
    case 'webp':
      // The size in the header does not count the eight bytes before it.
      return littleEndian(file, 4) + 8 > file.size;
    case 'gif':
      return lacksTrailer(file);
    case 'bmp':
      return littleEndian(file, 2) > file.size;
    case 'heic':
    case 'avif':
      return [...isoBoxes(file)].some((box) => box.path.length === 0 && box.end > file.size);
    case 'tiff':
      // Its parts may stand in any order; only a decoder finds out.
      return false;
  }
}

/** Whether a PNG moves (APNG): its animation is announced before the picture, with a count of pictures. */
export function isMovingPng(file: FileBytes): boolean {
  for (const { name, start } of pngChunks(file)) {
    if (name === 'IDAT') {
      return false;
    }
    if (name === 'acTL') {
      return (file.at(start, 4).readUInt32BE(0) ?? 0) > 1;
    }
  }
  return false;
}

/** A PNG begins with its header, and names of chunks are letters; anything else is damage and not a cut. */
function lacksLastChunk(file: FileBytes): boolean {
  for (const { name, start, end } of pngChunks(file)) {
    if (start === 16 && name !== 'IHDR') {
      return false;
    }
    if (name === 'IEND') {
      return end > file.size;
    }
    if (!/^[a-z]{4}$/iu.test(name)) {
      return false;
    }
  }
  return true;
}

/** Follows the blocks of a GIF: the byte that ends the file (`;`) occurs inside of compressed pictures too. */
function lacksTrailer(file: FileBytes): boolean {
  const byte = (position: number): number => file.at(position, 1)[0] ?? -1;
  const colourBytes = (flags: number): number => (flags >= 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  let position = 13 + colourBytes(byte(10));
  let isInside = false;
  for (let count = 0; count < mediaLimits.parts && position < file.size; count += 1) {
    const mark = byte(position);
    if (isInside) {
      // Pieces of a block: a length and so many bytes, until a length of zero.
      isInside = mark !== 0;
      position += 1 + mark;
    } else if (mark === 0x3b) {
      return false;
    } else if (mark === 0x21) {
      isInside = true;
      position += 2;
    } else if (mark === 0x2c) {
      isInside = true;
      position += 11 + colourBytes(byte(position + 9));
    } else {
      return false;
    }
  }
  return position >= file.size;
}

function* pngChunks(file: FileBytes): Generator<{ name: string; start: number; end: number }> {
  let position = 8;
  for (let count = 0; count < mediaLimits.parts && position + 12 <= file.size; count += 1) {
    const header = file.at(position, 8);
    const start = position + 8;
    // The checksum follows the content.
    const end = start + header.readUInt32BE(0) + 4;
    yield { name: header.toString('latin1', 4, 8), start, end };
    position = end;
  }
}

function littleEndian(file: FileBytes, position: number): number {
  const bytes = file.at(position, 4);
  return bytes.length === 4 ? bytes.readUInt32LE(0) : Infinity;
}

/** Looks near the end: cameras and phones append data of their own after the picture. */
function endsWith(file: FileBytes, mark: string): boolean {
  const length = Math.min(file.size, 64 * 1024);
  return file
    .at(file.size - length, length)
    .toString('latin1')
    .includes(mark);
}
