import { writeFileSync } from 'node:fs';
import { negligibleBytes } from '../limits.ts';
import { answer } from './answer.ts';
import { giveBackMemory } from './give-back-memory.ts';
import { endWithParent } from './parent-watch.ts';
import type { FromChild, ReadingRequest, ToChild } from './protocol.ts';

/**
 * The program of a child that reads files from outside for the server. It may be ended at any moment, and loses nothing: it
 * has no database, no key and no network, and writes no file.
 */

let granted: (() => void) | null = null;

process.on('message', (message: ToChild) => {
  switch (message.kind) {
    case 'granted':
      granted?.();
      granted = null;
      return;
    case 'request':
      void work(message.request, message.decodingBytes);
  }
});
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));

async function work(request: ReadingRequest, decodingBytes: number): Promise<void> {
  let reserved = 0;
  const reply = await answer(request, {
    decodingBytes,
    reserve: (bytes) =>
      new Promise((resolve) => {
        reserved = bytes;
        granted = resolve;
        tell({ kind: 'need', bytes });
      }),
  });
  const isRested = reserved <= negligibleBytes;
  tell({ kind: 'reply', reply, isRested });
  if (isRested) {
    return;
  }
  await giveBackMemory();
  tell({ kind: 'rested' });
}

function tell(message: FromChild): void {
  process.send?.(message);
}

/** If memory runs out anyway, the kernel should kill this process and not the server. */
function goFirst(): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', '1000');
  } catch {
    // Only Linux has it.
  }
}

goFirst();
endWithParent();
tell({ kind: 'ready' });
