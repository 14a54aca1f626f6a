import { mediaLimits } from '../../limits.ts';
import type { FileBytes } from '../file-bytes.ts';
import { Flaw } from '../flaw.ts';

/** One box of an ISO file (MP4, MOV, HEIC): a length, a name, and content. */
export interface IsoBox {
  readonly name: string;
  /** Names of the boxes around it, outermost first. */
  readonly path: readonly string[];
  /** The offset of its content. */
  readonly start: number;
  /** The end that the box states; for the last one that can be beyond the file. */
  readonly end: number;
}

/** Boxes that contain boxes, and nothing else. */
const containers = new Set(['moov', 'trak', 'mdia', 'minf', 'stbl', 'edts', 'mvex', 'moof', 'traf']);
/** Deepest nesting of those. */
const maxDepth = 8;

/**
 * Walks the boxes of a file in their order, without reading their content. Stops at bytes that are no box: whatever follows a
 * whole file does not matter, as for players.
 *
 * @throws Flaw when there are more than any encoder writes
 */
export function* isoBoxes(file: FileBytes): Generator<IsoBox> {
  const count = { boxes: 0 };
  yield* boxesWithin(file, 0, file.size, [], count);
}

function* boxesWithin(
  file: FileBytes,
  from: number,
  to: number,
  path: readonly string[],
  count: { boxes: number },
): Generator<IsoBox> {
  let position = from;
  while (position + 8 <= to) {
    count.boxes += 1;
    if (count.boxes > mediaLimits.parts) {
      throw new Flaw('damaged', 'The file is damaged: it has too many parts.');
    }
    const box = boxAt(file, position, to, path);
    if (box === null) {
      return;
    }
    yield box;
    if (containers.has(box.name) && path.length < maxDepth) {
      yield* boxesWithin(file, box.start, Math.min(box.end, to), [...path, box.name], count);
    }
    position = box.end;
  }
}

function boxAt(file: FileBytes, position: number, to: number, path: readonly string[]): IsoBox | null {
  const header = file.at(position, 16);
  if (header.length < 8) {
    return null;
  }
  const name = header.toString('latin1', 4, 8);
  // Names are four printable characters; the first may be the copyright sign.
  if (!/^[\w\xa9 -][\w -]{3}$/u.test(name)) {
    return null;
  }
  const size = header.readUInt32BE(0);
  if (size === 0) {
    return { name, path, start: position + 8, end: to };
  }
  if (size !== 1) {
    return size < 8 ? null : { name, path, start: position + 8, end: position + size };
  }
  if (header.length < 16) {
    return null;
  }
  const long = Number(header.readBigUInt64BE(8));
  return long < 16 ? null : { name, path, start: position + 16, end: position + long };
}
