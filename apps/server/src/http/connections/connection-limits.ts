/** Bounds of connections, whatever is asked over them. Times in milliseconds. */
export interface ConnectionLimits {
  /** At once. When there are more, the one that has waited longest for a request makes room. */
  readonly connections: number;
  /** Bytes of a request line and its headers. */
  readonly headBytes: number;
  /** From the connection, or the first byte of a further request, to the end of its headers. */
  readonly headMs: number;
  /** Of a whole request. Uploads take long, so slow bodies are bounded by their pace; this is the net below. */
  readonly requestMs: number;
  /** How long a connection is kept open between two requests. Load balancers keep theirs for 60 s. */
  readonly idleMs: number;
  /** How long a reply may wait for a client that does not read it. */
  readonly unreadMs: number;
  /** Requests of one connection that wait for the one before them. */
  readonly pipelined: number;
}

export const defaultConnectionLimits: ConnectionLimits = {
  connections: 1_024,
  headBytes: 16 * 1024,
  headMs: 10_000,
  requestMs: 3_600_000,
  idleMs: 65_000,
  unreadMs: 60_000,
  pipelined: 50,
};
