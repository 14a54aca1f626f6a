import { Worker } from 'node:worker_threads';

/** Milliseconds between looks. */
const everyMs = 250;

/**
 * Ends this process group when the server is gone. In a thread of its own: a file may keep the main thread busy forever, and
 * a server that was killed cannot say goodbye.
 *
 * The program is text, because a thread cannot be started from a `.ts` file on Node 20.
 */
export function endWithParent(): void {
  // Read here and now: while the thread starts, the server may go, and its place is taken by the first process.
  const program = `
    const ppid = ${process.ppid};
    const isGone = () => {
      if (process.ppid !== ppid) return true;
      try { process.kill(ppid, 0); return false; } catch (error) { return error.code === 'ESRCH'; }
    };
    setInterval(() => { if (isGone()) ${endOfGroup} }, ${everyMs});
  `;
  const watch = new Worker(program, {
    eval: true,
    resourceLimits: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 1 },
  });
  watch.unref();
}

/** A decoder that this process started belongs to its group. */
const endOfGroup = `
  try { process.kill(-process.pid, 'SIGKILL'); } catch { process.kill(process.pid, 'SIGKILL'); }
`;
