import type { ConvertedImage, ImageTarget, MediaFacts, MediaFlaw } from '@pixsim7/core';

/** A request to a child. One at a time. */
export type ReadingRequest =
  | { readonly kind: 'probe'; readonly path: string }
  | { readonly kind: 'poster'; readonly path: string; readonly facts: MediaFacts }
  | { readonly kind: 'convert'; readonly path: string; readonly target: ImageTarget };

/** A child's reply. Any number of `need` messages may come before it. */
export type ReadingReply =
  | { readonly kind: 'facts'; readonly facts: MediaFacts }
  | { readonly kind: 'picture'; readonly picture: ConvertedImage; readonly complaints: readonly string[] }
  | { readonly kind: 'no_picture'; readonly complaints: readonly string[] }
  | {
      readonly kind: 'unreadable';
      readonly flaw: MediaFlaw;
      readonly message: string;
      readonly mimeType: string | null;
      readonly detail: string | null;
    }
  /** Not the fault of the file, such as a file that is gone. */
  | { readonly kind: 'failed'; readonly message: string; readonly code: string | null };

export type ToChild =
  | { readonly kind: 'request'; readonly request: ReadingRequest; readonly decodingBytes: number }
  /** The memory that was asked for is free. */
  | { readonly kind: 'granted' };

export type FromChild =
  | { readonly kind: 'ready' }
  /** Before a decoder starts: how much memory this picture will take. The child waits for `granted`. */
  | { readonly kind: 'need'; readonly bytes: number }
  /** `isRested`: the file took little, and the next one may come at once. */
  | { readonly kind: 'reply'; readonly reply: ReadingReply; readonly isRested: boolean }
  /** After a reply without it: the memory that the file took is given back. */
  | { readonly kind: 'rested' };

/** Bounds and permissions of one answer. */
export interface Reading {
  /** More than this is never granted. */
  readonly decodingBytes: number;
  /** Waits until so much memory may be used. Asked once for an answer, so no two children wait for each other. */
  reserve(bytes: number): Promise<void>;
}
