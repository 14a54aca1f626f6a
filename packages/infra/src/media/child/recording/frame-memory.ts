import { availableParallelism } from 'node:os';
import { smallWorkBytes } from '../../limits.ts';

/** The decoder for the picture of a poster, and the memory it needs in bytes. */
export interface FramePlan {
  readonly keyFrameOnly: boolean;
  readonly bytes: number;
}

/** A decoder with threads keeps pictures for each of them; more than these it does not start. */
const maxDecoderThreads = 16;

/**
 * Measured with videos of 640 x 360 to 3840 x 2160 on two cores: 9 bytes for each pixel of one picture and its colours, 16
 * more when the pictures since the last key frame are decoded too. AV1 takes three times as much.
 *
 * @returns null when even one picture takes more than may be used
 */
export function planFrame(
  video: { readonly pixels: number; readonly codec: string | null },
  decodingBytes: number,
): FramePlan | null {
  const isAv1 = video.codec?.startsWith('av01') ?? false;
  const own = isAv1 ? 3 * smallWorkBytes : smallWorkBytes;
  const one = isAv1 ? 28 : 9.5;
  const threads = Math.min(availableParallelism(), maxDecoderThreads);
  const several = isAv1 ? 30 + 12 * threads : 16 + 2 * threads;
  const withFollowing = Math.ceil(own + video.pixels * several);
  if (withFollowing <= decodingBytes) {
    return { keyFrameOnly: false, bytes: withFollowing };
  }
  const alone = Math.ceil(own + video.pixels * one);
  return alone <= decodingBytes ? { keyFrameOnly: true, bytes: alone } : null;
}
