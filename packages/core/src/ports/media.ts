import type { MediaType } from '@pixsim7/contracts';
import type { ImageTrait } from '../model/asset.ts';

/** What the bytes of a file say about it. */
export interface MediaFacts {
  readonly mediaType: MediaType;
  readonly mimeType: string;
  /** As it is shown, in pixels. */
  readonly width: number | null;
  readonly height: number | null;
  readonly durationS: number | null;
  readonly fps: number | null;
  readonly codec: string | null;
  /** A picture of more than one frame. */
  readonly animated: boolean;
  readonly imageTraits: readonly ImageTrait[];
}

/** The bytes are not a media file that we know. `detail` is a sentence for people. */
export class UnreadableMediaError extends Error {
  override readonly name = 'UnreadableMediaError';
  readonly code = 'unreadable_media';
}

/** What a picture has to become. */
export interface ImageTarget {
  readonly mimeType: 'image/jpeg' | 'image/png' | 'image/webp';
  /** The long side, in pixels. A smaller picture keeps its size. */
  readonly maxSidePx?: number;
  readonly maxBytes?: number;
}

export interface MediaReader {
  /** Tells by the bytes, never by a name or a header. @throws UnreadableMediaError */
  probe(path: string): Promise<MediaFacts>;
  /** A still picture of a video, or a smaller picture of an image; null when this machine cannot make one. */
  poster(path: string, facts: MediaFacts): Promise<{ bytes: Uint8Array; mimeType: string } | null>;
  /**
   * The first frame of a picture, upright, in 8-bit sRGB, within the bounds of the target; scaled down for them, never cropped.
   *
   * @throws UnreadableMediaError when the file cannot be decoded or made small enough
   */
  convertImage(
    path: string,
    target: ImageTarget,
  ): Promise<{ bytes: Uint8Array; mimeType: string; width: number; height: number }>;
}
