/** Given to the thread of the database when it is started. */
export interface ThreadOptions {
  readonly directory: string;
}

/** Messages of PostgreSQL's protocol, or the wish that it writes everything out and ends. */
export type ToThread = Uint8Array | 'close';

/**
 * Its answers, one for each message, in their order. Bytes answer bytes; it says `started` first and `closed` last; and after
 * `lost` it says nothing any more.
 */
export type FromThread =
  | Uint8Array
  | { readonly kind: 'started' }
  | { readonly kind: 'closed' }
  | { readonly kind: 'lost'; readonly reason: string };
