import { createVideoFile } from '../../../builders/index.ts';

/** The names of a video file in the report. */
export const benchVideos = ['1 KB without poster', '720p with poster'] as const;
export type BenchVideo = (typeof benchVideos)[number];

/** More than the memory for decoding allows a poster of, and less than is refused. */
const sideWithoutPoster = 4_096;

export async function createBenchVideo(video: BenchVideo): Promise<Uint8Array> {
  switch (video) {
    case '1 KB without poster':
      return withStatedSize(await createVideoFile(), sideWithoutPoster);
    case '720p with poster':
      return createVideoFile({
        width: 1_280,
        height: 720,
        fps: 24,
        seconds: 5,
        colours: [
          { r: 20, g: 60, b: 200 },
          { r: 220, g: 160, b: 40 },
        ],
      });
  }
}

/** The same video with other bytes: a box that every reader skips (ISO/IEC 14496-12, `free`) is put behind it. */
export function uniqueVideo(video: Uint8Array, name: string): Uint8Array {
  const size = Buffer.alloc(4);
  const content = Buffer.from(name);
  size.writeUInt32BE(8 + content.byteLength);
  return Buffer.concat([video, size, Buffer.from('free'), content]);
}

/**
 * Writes another size into the headers of an MP4 (ISO/IEC 14496-12, `tkhd` and the visual sample entry). The picture itself
 * stays as it is, and nobody decodes it.
 */
function withStatedSize(video: Uint8Array, side: number): Uint8Array {
  const bytes = Buffer.from(video);
  const header = bytes.indexOf('tkhd');
  const entry = bytes.indexOf('avc1', bytes.indexOf('stsd'));
  if (header < 0 || entry < 0) {
    throw new Error('The made video has no headers with a size.');
  }
  // Version 0 of the box: its last two fields, in 16.16 fixed point.
  const headerEnd = header - 4 + bytes.readUInt32BE(header - 4);
  bytes.writeUInt32BE(side * 0x1_00_00, headerEnd - 8);
  bytes.writeUInt32BE(side * 0x1_00_00, headerEnd - 4);
  bytes.writeUInt16BE(side, entry + 4 + 24);
  bytes.writeUInt16BE(side, entry + 4 + 26);
  return bytes;
}
