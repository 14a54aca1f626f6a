import type { MediaType } from '@pixsim7/contracts';

/** What the bytes of a file say about it. */
export interface MediaFacts {
  readonly mediaType: MediaType;
  readonly mimeType: string;
  readonly width: number | null;
  readonly height: number | null;
  readonly durationS: number | null;
  readonly fps: number | null;
  readonly codec: string | null;
}

/** The bytes are not a media file that we know. `detail` is a sentence for people. */
export class UnreadableMediaError extends Error {
  override readonly name = 'UnreadableMediaError';
  readonly code = 'unreadable_media';
}

export interface MediaReader {
  /** Tells by the bytes, never by a name or a header. @throws UnreadableMediaError */
  probe(path: string): Promise<MediaFacts>;
  /** A still picture of a video, or a smaller picture of an image; null when this machine cannot make one. */
  poster(path: string, facts: MediaFacts): Promise<{ bytes: Uint8Array; mimeType: string } | null>;
}
