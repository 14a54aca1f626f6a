/**
 * Tells the other processes of a cluster that there are new events. It carries no event: each process reads them from
 * the outbox. A signal that is lost costs latency only, because every process also looks every few seconds.
 */
export interface EventSignal {
  /** Never throws. */
  announce(): void;
  /** Called for the signals of the others. Returns the function that ends it. */
  listen(listener: () => void): () => void;
}
