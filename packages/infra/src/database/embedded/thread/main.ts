import { parentPort, workerData } from 'node:worker_threads';
import type { ThreadOptions } from './protocol.ts';
import { serveDatabase } from './serve-database.ts';

if (parentPort === null) {
  throw new Error('This is the program of a thread.');
}
await serveDatabase(parentPort, workerData as ThreadOptions);
