import type { MediaType } from '@pixsim7/contracts';
import type { ImageTrait } from '../model/asset.ts';

/** Facts that the bytes of a file tell. */
export interface MediaFacts {
  readonly mediaType: MediaType;
  readonly mimeType: string;
  /** Size as shown, in pixels: turned as the file says, with square pixels. */
  readonly width: number | null;
  readonly height: number | null;
  readonly durationS: number | null;
  readonly fps: number | null;
  readonly codec: string | null;
  /** An image file with more than one picture that plays: GIF, WebP, APNG or AVIF. */
  readonly animated: boolean;
  readonly imageTraits: readonly ImageTrait[];
}

/**
 * Why a file cannot be read.
 *
 * - `not_media`: something else, such as a web page or a text
 * - `empty`: no bytes
 * - `cut_off`: a part is missing, at the end, at the start, or the index
 * - `damaged`: the parts contradict each other
 * - `encrypted`: protected content
 * - `too_large`: more than a stated bound, such as pixels
 * - `not_supported`: a known format that is not read, such as SVG
 * - `not_finished`: the process that read it had to be ended, for its time or memory, or it crashed
 */
export type MediaFlaw =
  | 'not_media'
  | 'empty'
  | 'cut_off'
  | 'damaged'
  | 'encrypted'
  | 'too_large'
  | 'not_supported'
  | 'not_finished';

/** The bytes cannot be read as media. The message is a sentence for people that says what to do. */
export class UnreadableMediaError extends Error {
  override readonly name = 'UnreadableMediaError';
  readonly code = 'media_unreadable';
  readonly flaw: MediaFlaw;
  /** The MIME type that the first bytes claim; null when they match no media format. */
  readonly mimeType: string | null;

  constructor(
    message: string,
    options: { readonly flaw: MediaFlaw; readonly mimeType?: string | null; readonly cause?: unknown },
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.flaw = options.flaw;
    this.mimeType = options.mimeType ?? null;
  }
}

/** The format and size that an image is converted to. */
export interface ImageTarget {
  readonly mimeType: 'image/jpeg' | 'image/png' | 'image/webp';
  /** Longest side, in pixels; the picture is never enlarged. */
  readonly maxSidePx?: number;
  readonly maxBytes?: number;
}

export interface ConvertedImage {
  readonly bytes: Uint8Array;
  readonly mimeType: string;
  readonly width: number;
  readonly height: number;
}

/**
 * Looks at files that came from outside. An implementation survives every file and answers within a bound of time: a file
 * that cannot be read is an `UnreadableMediaError`, whatever it does to the reader.
 */
export interface MediaReader {
  /**
   * The MIME type that the first bytes claim, for files that nobody may look into any more; null when they claim none. Compares
   * a bounded number of bytes and follows nothing that they say.
   */
  claimedType(path: string): Promise<string | null>;
  /** Tells by the bytes, never by a name or a header. @throws UnreadableMediaError */
  probe(path: string): Promise<MediaFacts>;
  /** Whether `poster` may bring a picture of a file with these facts: it has one, and there is memory to decode it. */
  mayHavePoster(facts: MediaFacts): boolean;
  /**
   * A still picture of a video, or a smaller picture of an image, in the proportions of the facts; null when this machine
   * cannot make one.
   *
   * @throws UnreadableMediaError
   */
  poster(path: string, facts: MediaFacts): Promise<{ bytes: Uint8Array; mimeType: string } | null>;
  /**
   * The first picture of an image file as plain 8-bit sRGB, upright. Transparency stays where the target has it and becomes
   * white in a JPEG. A picture that does not fit the bounds, or the memory for its decoding, becomes smaller.
   *
   * @throws UnreadableMediaError even when no picture fits the bounds
   */
  convertImage(path: string, target: ImageTarget): Promise<ConvertedImage>;
}
