import { Worker } from 'node:worker_threads';
import type { EmbeddedServer } from './embedded-server.ts';
import { EmbeddedDatabaseLostError } from './lost-error.ts';
import { threadProgram } from './thread-program.ts';
import type { ThreadProgram } from './thread-program.ts';
import type { FromThread, ThreadOptions, ToThread } from './thread/protocol.ts';

interface Waiter {
  readonly resolve: (bytes: Uint8Array) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * PostgreSQL in a thread of its own: a statement, or a commit that waits for the disk, stops nobody but those who wait for
 * the database.
 *
 * @throws EmbeddedDatabaseLostError when PostgreSQL ends during its start
 */
export async function startThread(
  directory: string,
  program: ThreadProgram = threadProgram,
): Promise<EmbeddedServer> {
  const options: ThreadOptions = { directory };
  const worker = new Worker(await program(), {
    name: 'database',
    workerData: options,
    // It needs no secret.
    env: {},
    execArgv: [],
  });
  const waiting: Waiter[] = [];
  let death: EmbeddedDatabaseLostError | null = null;
  let isClosed = false;

  function lose(reason: string, cause?: unknown): void {
    if (isClosed) {
      return;
    }
    death ??= new EmbeddedDatabaseLostError(reason, cause === undefined ? undefined : { cause });
    for (const { reject } of waiting.splice(0)) {
      reject(death);
    }
  }

  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const answer = (): Promise<Uint8Array> =>
    new Promise((resolve, reject) => waiting.push({ resolve, reject }));
  const ask = async (message: ToThread): Promise<Uint8Array> => {
    if (death !== null) {
      throw death;
    }
    const answered = answer();
    // Copied: to hand over the memory of a few hundred bytes takes longer.
    worker.postMessage(message, []);
    return answered;
  };
  const started = answer();
  worker.on('message', (message: FromThread) => {
    if (message instanceof Uint8Array) {
      waiting.shift()?.resolve(message);
      return;
    }
    switch (message.kind) {
      case 'started':
        waiting.shift()?.resolve(new Uint8Array());
        return;
      case 'closed':
        isClosed = true;
        waiting.shift()?.resolve(new Uint8Array());
        return;
      case 'lost':
        lose(message.reason);
    }
  });
  worker.on('error', (error) => lose(`its thread failed: ${String(error)}`, error));
  worker.on('exit', (code) => lose(`its thread ended with ${code}.`));

  const server: EmbeddedServer = {
    exchange: ask,
    death: () => death,
    async close() {
      await ask('close');
      await ended;
    },
    async abandon() {
      // Node.js closes the files of a thread that it ends.
      await worker.terminate();
    },
  };
  try {
    await started;
    return server;
  } catch (error) {
    await server.abandon();
    throw error;
  }
}
