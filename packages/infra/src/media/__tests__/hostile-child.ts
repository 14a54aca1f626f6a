import { endWithParent } from '../child/parent-watch.ts';
import type { FromChild, ToChild } from '../child/protocol.ts';

/** A child that does what the path of a request says, as a decoder would that a file has taken over. */

const kept: Buffer[] = [];

process.on('message', (message: ToChild) => {
  if (message.kind === 'request') {
    act(message.request.path);
  }
});

function act(behaviour: string): void {
  switch (behaviour) {
    case 'crash':
      return process.abort();
    case 'compute for ever':
      for (;;) {
        // Nothing yields here.
      }
    case 'wait for ever':
      return;
    case 'take memory':
      for (;;) {
        kept.push(Buffer.alloc(4 * 1024 ** 2, 1));
      }
    default:
      tell({
        kind: 'reply',
        reply: { kind: 'no_picture', complaints: [String(process.pid)] },
        isRested: true,
      });
  }
}

function tell(message: FromChild): void {
  process.send?.(message);
}

endWithParent();
tell({ kind: 'ready' });
