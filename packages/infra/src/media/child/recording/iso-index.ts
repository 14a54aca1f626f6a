import { mediaLimits } from '../../limits.ts';
import type { FileBytes } from '../file-bytes.ts';
import { Flaw } from '../flaw.ts';
import { isoBoxes } from './iso-boxes.ts';
import type { IsoBox } from './iso-boxes.ts';

/** The facts in the boxes of an MP4 or MOV, before anything is decoded. */
export interface IsoIndex {
  /** Whether there is a `moov` box. */
  readonly hasIndex: boolean;
  readonly hasFileType: boolean;
  readonly isEncrypted: boolean;
  /** The end that the last media box states, in bytes; beyond the end of the file if the file is cut off. */
  readonly mediaEnd: number;
  /** Memory for the index once it is spread out, in bytes. */
  readonly indexBytes: number;
}

/** Media that is ordered differently from how it is decoded is sorted by the reader: two objects for each sample. */
const sortedSampleBytes = 120;
const sampleBytes = 16;

/** Names under which protected pictures and sound are described. */
const protectedEntries = new Set(['encv', 'enca', 'enct', 'drmi', 'drms']);

interface Track {
  timed: number;
  offset: number;
  sized: number;
}

/**
 * Reads the structure of an MP4 or MOV and refuses an index that lies: counts that no box has room for, more samples than any
 * film has, a clock that does not run. A reader that believed such an index would fill the memory or never end.
 *
 * @throws Flaw
 */
export function readIsoIndex(file: FileBytes): IsoIndex {
  const tracks: Track[] = [];
  const seen = { moov: false, ftyp: false, encrypted: false, mediaEnd: 0, fragmentSamples: 0 };
  for (const box of isoBoxes(file)) {
    const track = tracks.at(-1);
    switch (box.name) {
      case 'moov':
        seen.moov = true;
        if (box.end > file.size) {
          throw cutOff(file.size, box.end);
        }
        seen.mediaEnd = Math.max(seen.mediaEnd, box.end);
        break;
      case 'ftyp':
        seen.ftyp = true;
        break;
      case 'mdat':
      case 'moof':
        seen.mediaEnd = Math.max(seen.mediaEnd, box.end);
        break;
      case 'trak':
        tracks.push({ timed: 0, offset: 0, sized: 0 });
        if (tracks.length > mediaLimits.tracks) {
          throw new Flaw('damaged', 'The video is damaged: it has too many tracks.');
        }
        break;
      case 'mvhd':
      case 'mdhd':
        assertClock(file, box);
        break;
      case 'stsd':
        seen.encrypted ||= protectedEntries.has(file.at(box.start + 12, 4).toString('latin1'));
        break;
      case 'stts':
        if (track !== undefined) {
          track.timed += sumOfCounts(file, box);
        }
        break;
      case 'ctts':
        if (track !== undefined) {
          track.offset += sumOfCounts(file, box);
        }
        break;
      case 'stsz':
        if (track !== undefined) {
          track.sized += listedSizes(file, box);
        }
        break;
      case 'trun':
        seen.fragmentSamples += fragmentSamples(file, box);
        break;
      default:
        break;
    }
    assertSamples(tracks, seen.fragmentSamples);
  }
  const indexBytes = tracks.reduce(
    (sum, track) => sum + memoryOf(track),
    seen.fragmentSamples * sortedSampleBytes,
  );
  return {
    hasIndex: seen.moov,
    hasFileType: seen.ftyp,
    isEncrypted: seen.encrypted,
    mediaEnd: seen.mediaEnd,
    indexBytes,
  };
}

/** The end of the file is missing. */
export function cutOff(bytes: number, statedBytes: number): Flaw {
  const counts = `${bytes.toLocaleString('en')} of ${statedBytes.toLocaleString('en')} bytes are here`;
  return new Flaw(
    'cut_off',
    `The video or audio file is cut off at the end: ${counts}. Send the whole file.`,
  );
}

/** Sound without compression has one timing entry for millions of samples, which stays one entry: only what is spread out counts. */
function spreadSamples({ timed, offset, sized }: Track): number {
  return offset > 0 ? Math.max(timed, offset, sized) : sized;
}

function memoryOf(track: Track): number {
  return spreadSamples(track) * (track.offset > 0 ? sortedSampleBytes : sampleBytes);
}

function assertSamples(tracks: readonly Track[], fragmentSamples: number): void {
  const samples = tracks.reduce((sum, track) => sum + spreadSamples(track), fragmentSamples);
  if (samples > mediaLimits.samples) {
    throw new Flaw(
      'damaged',
      `The index of the video is damaged: it lists ${samples.toLocaleString('en')} pictures and pieces of sound; at most ${mediaLimits.samples.toLocaleString('en')} are read.`,
    );
  }
}

function assertClock(file: FileBytes, box: IsoBox): void {
  const content = file.at(box.start, 24);
  const at = content[0] === 1 ? 20 : 12;
  if (content.length >= at + 4 && content.readUInt32BE(at) === 0) {
    throw new Flaw('damaged', 'The index of the video is damaged: its clock has 0 ticks in a second.');
  }
}

/** Sum of the counts of `stts` and `ctts`: entries of a count and a value. */
function sumOfCounts(file: FileBytes, box: IsoBox): number {
  const entries = listLength(file, box, 4, 8);
  let sum = 0;
  for (let first = 0; first < entries; first += 8_192) {
    const part = file.at(box.start + 8 + first * 8, Math.min(8_192, entries - first) * 8);
    for (let at = 0; at + 8 <= part.length; at += 8) {
      sum += part.readUInt32BE(at);
    }
  }
  return sum;
}

/** Sizes that `stsz` lists one by one; none when all samples have the same. */
function listedSizes(file: FileBytes, box: IsoBox): number {
  const fixed = file.at(box.start + 4, 4);
  return fixed.length === 4 && fixed.readUInt32BE(0) === 0 ? listLength(file, box, 8, 4) : 0;
}

function fragmentSamples(file: FileBytes, box: IsoBox): number {
  const head = file.at(box.start, 8);
  return head.length === 8 ? head.readUInt32BE(4) : 0;
}

/** The length that a list states, which its box must have room for. */
function listLength(file: FileBytes, box: IsoBox, lengthAt: number, entryBytes: number): number {
  const stated = file.at(box.start + lengthAt, 4);
  const count = stated.length === 4 ? stated.readUInt32BE(0) : 0;
  if (count * entryBytes > Math.min(box.end, file.size) - box.start) {
    throw new Flaw(
      'damaged',
      `The index of the video is damaged: a list of ${count.toLocaleString('en')} entries has no room for them.`,
    );
  }
  return count;
}
