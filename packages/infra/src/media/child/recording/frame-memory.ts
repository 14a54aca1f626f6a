import { smallWorkBytes } from '../../limits.ts';

/**
 * Memory that decoding one key frame takes, in bytes. Measured with videos of 640 x 360 to 3840 x 2160: 9 bytes for each pixel of the
 * picture and its colours. AV1 takes three times as much.
 */
export function frameMemory(video: { readonly pixels: number; readonly codec: string | null }): number {
  const isAv1 = video.codec?.startsWith('av01') ?? false;
  return Math.ceil(isAv1 ? 3 * smallWorkBytes + video.pixels * 28 : smallWorkBytes + video.pixels * 9.5);
}
