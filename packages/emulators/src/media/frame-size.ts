export interface FrameSize {
  readonly width: number;
  readonly height: number;
}

/** Video in 4:2:0 has even sides. */
export function evenSide(pixels: number): number {
  return Math.max(2, Math.round(pixels / 2) * 2);
}

/** A frame of a proportion, by its long side. A strip of one pixel is a legal picture but no video. */
export function frameAlong(longSide: number, { width, height }: FrameSize): FrameSize {
  const shortShare = Math.max(0.25, Math.min(width, height) / Math.max(width, height));
  const long = evenSide(longSide);
  const short = evenSide(longSide * shortShare);
  return width >= height ? { width: long, height: short } : { width: short, height: long };
}
