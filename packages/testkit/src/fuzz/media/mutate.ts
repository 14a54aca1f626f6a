import type { Random } from '../../simulation/machine/random.ts';
import type { Specimen } from './corpus.ts';

/** Numbers at which readers of sizes and counts go wrong. */
const edges = [
  0, 1, 2, 0x7f, 0xff, 0x7fff, 0xffff, 0x00ff_ffff, 0x7fff_ffff, 0x8000_0000, 0xffff_fff0, 0xffff_ffff,
];

/** So much of a file is a header in most formats; half of the changes are made there. */
const headerBytes = 256;
const longestPiece = 512;

type Mutation = (bytes: Buffer, random: Random, corpus: readonly Specimen[]) => Buffer;

const mutations: readonly Mutation[] = [
  flipBits,
  writeEdge,
  writeEdgeInBox,
  writeEdgeInBox,
  cutEnd,
  removePiece,
  repeatPiece,
  movePiece,
  takeFromOther,
];

/** A file of the corpus with one to four wounds. The same random numbers give the same file. */
export function mutate(corpus: readonly Specimen[], random: Random): Specimen {
  const { name, bytes } = random.pick(corpus);
  let wounded: Buffer = Buffer.from(bytes);
  for (let count = random.integer(1, 4); count > 0; count -= 1) {
    wounded = random.pick(mutations)(wounded, random, corpus);
  }
  return { name, bytes: wounded };
}

function place({ length }: Buffer, random: Random): number {
  const last = random.chance(0.5) ? Math.min(length, headerBytes) : length;
  return random.integer(0, Math.max(0, last - 1));
}

function piece(bytes: Buffer, random: Random): { start: number; end: number } {
  const start = place(bytes, random);
  return { start, end: Math.min(bytes.length, start + random.integer(1, longestPiece)) };
}

function flipBits(bytes: Buffer, random: Random): Buffer {
  for (let count = random.integer(1, 8); count > 0 && bytes.length > 0; count -= 1) {
    const at = place(bytes, random);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << random.integer(0, 7));
  }
  return bytes;
}

function writeEdge(bytes: Buffer, random: Random): Buffer {
  return writeNumber(bytes, place(bytes, random), random);
}

/** In one of the fields that follow a name of four letters: sizes and counts of MP4, PNG, WebP, AVIF and WAV. */
function writeEdgeInBox(bytes: Buffer, random: Random): Buffer {
  const names = [...bytes.toString('latin1').matchAll(/[a-z][a-z0-9]{3}|I[A-Z]{3}|VP8.|RIFF/gu)];
  if (names.length === 0) {
    return writeEdge(bytes, random);
  }
  const { index } = random.pick(names);
  // From the length before the name on.
  return writeNumber(bytes, Math.max(0, index - 4) + 4 * random.integer(0, 8), random);
}

function writeNumber(bytes: Buffer, at: number, random: Random): Buffer {
  const size = random.pick([1, 2, 4, 4]);
  if (at + size > bytes.length) {
    return bytes;
  }
  const value = random.pick(edges) % 2 ** (size * 8);
  if (random.chance(0.7)) {
    bytes.writeUIntBE(value, at, size);
  } else {
    bytes.writeUIntLE(value, at, size);
  }
  return bytes;
}

function cutEnd(bytes: Buffer, random: Random): Buffer {
  return bytes.subarray(0, random.integer(0, bytes.length));
}

function removePiece(bytes: Buffer, random: Random): Buffer {
  const { start, end } = piece(bytes, random);
  return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
}

function repeatPiece(bytes: Buffer, random: Random): Buffer {
  const { start, end } = piece(bytes, random);
  const copies = Array.from({ length: random.pick([2, 3, 50]) }, () => bytes.subarray(start, end));
  return Buffer.concat([bytes.subarray(0, start), ...copies, bytes.subarray(end)]);
}

function movePiece(bytes: Buffer, random: Random): Buffer {
  const { start, end } = piece(bytes, random);
  const rest = Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
  const at = place(rest, random);
  return Buffer.concat([rest.subarray(0, at), bytes.subarray(start, end), rest.subarray(at)]);
}

/** A part of another file instead of what was there. */
function takeFromOther(bytes: Buffer, random: Random, corpus: readonly Specimen[]): Buffer {
  const other = Buffer.from(random.pick(corpus).bytes);
  const { start, end } = piece(other, random);
  const at = place(bytes, random);
  return Buffer.concat([bytes.subarray(0, at), other.subarray(start, end), bytes.subarray(at + end - start)]);
}
