import type { MessagePort } from 'node:worker_threads';
import type { DurableNodeFs } from '../durable-node-fs.ts';
import { EmbeddedDatabaseLostError } from '../lost-error.ts';
import { startPglite } from '../start-pglite.ts';
import type { FromThread, ThreadOptions, ToThread } from './protocol.ts';

/**
 * Starts PostgreSQL in this thread and answers what comes over the port. The thread stands still while a statement runs
 * and while the disk writes; that is what it is for.
 *
 * @param createFs for tests with a disk that fails
 */
export async function serveDatabase(
  port: MessagePort,
  { directory }: ThreadOptions,
  createFs?: (directory: string) => DurableNodeFs,
): Promise<void> {
  const tell = (message: FromThread): void => port.postMessage(message);
  let last: Promise<void> = Promise.resolve();
  try {
    const server = await startPglite(directory, createFs);
    const answer = async (message: ToThread): Promise<void> => {
      if (message === 'close') {
        await server.close();
        tell({ kind: 'closed' });
        port.close();
      } else {
        tell(await server.exchange(message));
      }
    };
    port.on('message', (message: ToThread) => {
      last = last.then(() => answer(message)).catch(lose);
    });
    tell({ kind: 'started' });
  } catch (error) {
    lose(error);
  }

  function lose(error: unknown): void {
    const reason = error instanceof EmbeddedDatabaseLostError ? error.reason : String(error);
    tell({ kind: 'lost', reason });
    // Its code must not run any more.
    port.close();
  }
}
