import { Duplex } from 'node:stream';
import type { EmbeddedServer } from './embedded-server.ts';
import { joinBytes } from './messages.ts';

/** Stands for the socket of the driver of PostgreSQL. The driver itself waits for answers; nothing is waited for here. */
export class ProtocolStream extends Duplex {
  readonly #server: EmbeddedServer;

  constructor(server: EmbeddedServer) {
    super();
    this.#server = server;
  }

  connect(): void {
    process.nextTick(() => this.emit('connect'));
  }

  setNoDelay(): void {}

  ref(): void {}

  unref(): void {}

  override _read(): void {}

  override _write(chunk: Uint8Array, _encoding: string, done: () => void): void {
    this.#exchange([chunk]);
    done();
  }

  /** The driver holds the messages of a batch back until it has them all. */
  override _writev(chunks: readonly { readonly chunk: Uint8Array }[], done: () => void): void {
    this.#exchange(chunks.map(({ chunk }) => chunk));
    done();
  }

  override _final(done: () => void): void {
    this.push(null);
    done();
  }

  #exchange(chunks: readonly Uint8Array[]): void {
    // In a buffer of their own: a whole buffer goes to the other thread, and the driver's is shared.
    this.#server.exchange(joinBytes(chunks)).then(
      (answer) => this.push(answer),
      (error: unknown) => this.destroy(error instanceof Error ? error : new Error(String(error))),
    );
  }
}
