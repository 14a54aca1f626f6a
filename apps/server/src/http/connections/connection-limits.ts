/** Bounds on connections, whatever they are used for. Times are in milliseconds. */
export interface ConnectionLimits {
  /** Open at once. When there are more, the connection that has been idle longest is closed. */
  readonly connections: number;
  /** Size of a request line and its headers together. */
  readonly headBytes: number;
  /** From the connection, or the first byte of a later request, to the end of the headers. */
  readonly headMs: number;
  /** For a whole request. Bodies have tighter bounds of their own; this is the last resort. */
  readonly requestMs: number;
  /** Between two requests. Longer than the 60 s of common load balancers, so they close first. */
  readonly idleMs: number;
  /** For a client that does not read its reply. */
  readonly unreadMs: number;
  /** Requests that may wait behind the running one of a connection. */
  readonly pipelined: number;
  /** The interval at which Node checks `headMs` and `requestMs`: a request can take that much longer. */
  readonly checkMs: number;
}

export const defaultConnectionLimits: ConnectionLimits = {
  connections: 1_024,
  headBytes: 16 * 1024,
  headMs: 10_000,
  requestMs: 3_600_000,
  idleMs: 65_000,
  unreadMs: 60_000,
  pipelined: 50,
  checkMs: 2_000,
};
