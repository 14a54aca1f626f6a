const megabyte = 1024 ** 2;

/** Bounds for reading. They hold for every file, no matter who sent it. */
export const mediaLimits = {
  /** Decoded, 100 million pixels are 300 to 800 MB; no provider takes an image of a tenth of that. */
  pixels: 100_000_000,
  /** A film of three hours has 500,000 pictures and as many pieces of sound. */
  samples: 4_000_000,
  tracks: 64,
  /** Boxes of an MP4, chunks of a PNG: a file with more is made to keep a reader busy. */
  parts: 200_000,
  /** A picture that a child hands back. Providers take 20 MB at most. */
  outputBytes: 32 * megabyte,
} as const;

/** Time for one answer, in milliseconds. */
export interface TimeBound {
  /** Of the processor, so a busy machine makes no file unreadable. */
  readonly computing: number;
  /** By the clock, for a reader that waits for something that never comes, and where the system does not tell the other. */
  readonly passing: number;
}

/** A normal file takes 5 to 500 ms; a HEIC of 24 megapixels takes 3,000. */
export const readingTimes: Readonly<Record<'probe' | 'poster' | 'convert', TimeBound>> = {
  probe: { computing: 10_000, passing: 60_000 },
  poster: { computing: 15_000, passing: 60_000 },
  convert: { computing: 30_000, passing: 90_000 },
};

/** Memory that all decoding may take at one time, unless the operator says otherwise. A frame of a 4K video needs 95 MB. */
export const defaultDecodingBytes = 128 * megabyte;

/** Enough for reading headers and indexes, and for pictures that are decoded line by line. */
export const smallWorkBytes = 16 * megabyte;

/** Up to so much a child takes the next file without collecting first, which takes 20 ms. The index of a clip has some 100 KB. */
export const negligibleBytes = smallWorkBytes + 8 * megabyte;

/**
 * Memory of its own that a child has once it has loaded its libraries: 30 MB, and room for what decoders keep between files.
 * Program files are not in it, because the kernel keeps them once for all children.
 */
export const idleChildBytes = 72 * megabyte;

/**
 * The memory that a child may hold beyond that while it works. WebAssembly takes 12 MB for the smallest HEIC and gives them back when they are
 * collected, which on a busy machine is one file later.
 */
export const lateCollectionBytes = 24 * megabyte;
