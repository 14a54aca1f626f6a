import { createReadingPool } from '../pool/reading-pool.ts';

/**
 * A server in little: asks a child for something that never ends, and says which process that is. With `close` it closes its pool
 * instead, says so, and has nothing else to do.
 */

const [, , program = '', end] = process.argv;
const pool = createReadingPool({ decodingBytes: 64 * 1024 ** 2, program: async () => program });
const time = { computing: 600_000, passing: 600_000 };

await pool.ask({ kind: 'probe', path: 'anything' }, time);
if (end === 'close') {
  await pool.close();
  process.stdout.write('closed\n');
} else {
  void pool.ask({ kind: 'probe', path: 'compute for ever' }, time);
  process.stdout.write(`${pool.children.join(' ')}\n`);
}
