import type { JsonValue } from '../lossless-json/index.ts';

/** Options every call takes. */
export interface RequestOptions {
  /**
   * The `Ai-trace-id` of the first request, sent as it is. PixVerse treats it as an idempotency key: on a generation, choose
   * one per intended video and keep it; on reads leave it out, since a repeated value may replay an old answer.
   */
  readonly traceId?: string | undefined;
  /** Ends the call, waits between its requests included. */
  readonly signal?: AbortSignal | undefined;
  /** Time limit of one request in milliseconds, instead of the client's. */
  readonly timeoutMs?: number | undefined;
}

/**
 * The risk of repeating the call. A `submit` starts paid work, or changes the account, and is sent once; an `upload` is free and creates at worst
 * an unused copy; a `read` creates nothing.
 */
export type CallKind = 'submit' | 'upload' | 'read';

export type CallContent =
  | { readonly type: 'json'; readonly text: string }
  /** A function, because a form that was sent can not be sent again. */
  | { readonly type: 'form'; readonly form: () => FormData };

export interface Call<Reply> {
  readonly kind: CallKind;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Relative to the base URL, with a leading slash. */
  readonly path: string;
  readonly content?: CallContent;
  /** Turns `Resp` into the reply; `undefined` when a mandatory field is missing. */
  readonly readReply: (reply: JsonValue | undefined) => Reply | undefined;
}

export interface Transport {
  /** @throws {PixVerseError} */
  send<Reply>(call: Call<Reply>, options: RequestOptions): Promise<Reply>;
}
