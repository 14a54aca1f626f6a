/** The URL may not be fetched: its scheme, its host or the address behind it is not allowed. */
export class UnsafeUrlError extends Error {
  override readonly name = 'UnsafeUrlError';
  readonly code = 'unsafe_url';
}

/** The URL could not be fetched. `status` is the HTTP answer, when there was one. */
export class FetchFailedError extends Error {
  override readonly name = 'FetchFailedError';
  readonly code = 'fetch_failed';
  readonly status: number | null;

  constructor(message: string, status: number | null, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

/** The least that a transfer has to do. It is measured while it waits for the other side, not while we write. */
export interface TransferPace {
  /** The longest silence that is tolerated. */
  readonly silenceMs: number;
  readonly bytesPerSecond: number;
  /** Over which the speed is measured. */
  readonly windowMs: number;
}

/**
 * The host of the URL could not be reached. Only `cause`, for the log, says whether the name is unknown, resolves to a private
 * address, or refuses connections: a caller could map the internal network with that.
 */
export class UnreachableHostError extends FetchFailedError {
  constructor(url: string, cause: unknown) {
    super(`${url} could not be reached.`, null, { cause });
  }
}

export interface TransferLimits {
  /** For the whole transfer, from the lookup of the host to the last byte. */
  readonly timeoutMs: number;
  readonly pace: TransferPace;
}

export interface FetchLimits extends TransferLimits {
  /**
   * An origin (scheme, host, port) that may be fetched although its address is not public: the base URL that an
   * operator configured for the account, whose outputs are served by the same host.
   */
  readonly trustedOrigin?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The one way to fetch a URL that came from outside. */
export interface OutgoingHttp {
  /** Refuses what no lookup is needed for: not a URL, another scheme, a private address. @throws UnsafeUrlError */
  checkUrl(url: string): void;
  /** The bytes of a successful answer, redirects followed and checked. @throws UnsafeUrlError, FetchFailedError */
  download(url: string, limits: FetchLimits): Promise<AsyncIterable<Uint8Array>>;
}

export interface SendLimits extends Pick<FetchLimits, 'trustedOrigin' | 'signal'> {
  /** From the lookup of the host to the last byte of the reply that is kept. */
  readonly timeoutMs: number;
  /** Of the body of the reply; the rest is left unread. */
  readonly maxReplyBytes: number;
}

export interface SentReply {
  /** Any status. A redirect is a reply too: what was signed for one address goes to no other. */
  readonly status: number;
  /** Their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The first `maxReplyBytes` bytes. */
  readonly body: Uint8Array;
}

/** The one way to send something to a URL that came from outside. */
export interface OutgoingSender extends Pick<OutgoingHttp, 'checkUrl'> {
  /**
   * A POST on a connection of its own, so a connection that died unnoticed loses nothing.
   *
   * @throws UnsafeUrlError, FetchFailedError when there is no reply
   */
  send(
    url: string,
    message: { readonly headers: Readonly<Record<string, string>>; readonly body: Uint8Array },
    limits: SendLimits,
  ): Promise<SentReply>;
}
