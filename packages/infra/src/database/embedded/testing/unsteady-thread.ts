import { existsSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import type { ThreadOptions, ToThread } from '../thread/protocol.ts';
import { serveDatabase } from '../thread/serve-database.ts';
import { FailingFs } from './failing-fs.ts';
import type { DiskFault } from './failing-fs.ts';

// The thread of a database on a disk that cannot be synced while there is a file `disk-fails` beside the folder. It ends
// without a word when a statement has a certain text.
const options = workerData as ThreadOptions;
const fault: DiskFault = { call: 'fsync', path: 'pg_wal', code: 'EIO' };
const disk = {
  get fault() {
    return existsSync(`${options.directory}.disk-fails`) ? fault : null;
  },
};
if (parentPort === null) {
  throw new Error('This is the program of a thread.');
}
parentPort.on('message', (message: ToThread) => {
  if (message !== 'close' && Buffer.from(message).includes('end of the thread')) {
    process.exit(7);
  }
});
await serveDatabase(parentPort, options, (directory) => new FailingFs(directory, disk));
