import type { ChildProcess } from 'node:child_process';
import type { FromChild, ReadingReply, ReadingRequest, ToChild } from '../child/protocol.ts';
import type { TimeBound } from '../limits.ts';
import { isGone, killGroup } from './child-end.ts';
import type { ChildEnd, ChildEndedError } from './child-end.ts';
import type { MemoryBudget } from './memory-budget.ts';
import { watchChild } from './watch-child.ts';

export interface ReadingLimits {
  readonly time: TimeBound;
  /** Memory that decoders may be granted, in bytes. */
  readonly decodingBytes: number;
  /** Memory of its own without any of that. */
  readonly idleBytes: number;
}

/** One request to a child that is free. */
export interface Asked {
  /** Rejects with a `ChildEndedError`. */
  readonly reply: Promise<ReadingReply>;
  /** Resolves when the child has cleaned up and is free again, or is gone; its memory is given back then. */
  readonly rested: Promise<void>;
}

/** Sends a request and watches the child until it is done: it gets the memory that it asks for, and is ended at its bounds. */
export function askChild(
  child: ChildProcess,
  request: ReadingRequest,
  limits: ReadingLimits,
  budget: MemoryBudget,
  whyGone: (reason: ChildEnd | null) => ChildEndedError,
): Asked {
  let reason: ChildEnd | null = null;
  let giveBack = (): void => undefined;
  const watch = watchChild(child.pid ?? 0, limits.time, limits.idleBytes, (why) => {
    reason ??= why;
    killGroup(child);
  });
  const tell = (message: ToChild): void => {
    // A child that is gone cannot be told anything; its end is noticed on its own.
    if (child.connected) {
      child.send(message, () => undefined);
    }
  };
  let free = (): void => undefined;
  const rested = new Promise<void>((resolve) => {
    free = resolve;
  });

  const reply = new Promise<ReadingReply>((resolve, reject) => {
    function finish(): void {
      child.off('message', onMessage);
      child.off('exit', onExit);
      watch.stop();
      giveBack();
      free();
    }
    async function grant(bytes: number): Promise<void> {
      watch.pause();
      giveBack = await budget.take(bytes);
      if (isGone(child)) {
        return giveBack();
      }
      watch.allow(limits.idleBytes + bytes);
      return tell({ kind: 'granted' });
    }
    function onMessage(message: FromChild): void {
      switch (message.kind) {
        case 'need':
          void grant(message.bytes);
          return;
        case 'reply':
          // Free before the answer is known, so a caller that asks again at once gets the same child.
          if (message.isRested) {
            finish();
          }
          resolve(message.reply);
          return;
        case 'rested':
          finish();
          return;
        case 'ready':
      }
    }
    function onExit(): void {
      finish();
      reject(whyGone(reason));
    }
    child.on('message', onMessage);
    child.once('exit', onExit);
    tell({ kind: 'request', request, decodingBytes: limits.decodingBytes });
  });
  return { reply, rested };
}
