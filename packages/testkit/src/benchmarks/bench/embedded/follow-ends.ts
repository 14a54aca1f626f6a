import { EventEmitter } from 'node:events';
import { request } from 'node:http';

/** Emits the ends of jobs that the event stream of a server tells of. */
export function followEnds(
  address: string,
  apiKey: string,
): Promise<{ readonly ends: EventEmitter; readonly close: () => void }> {
  const ends = new EventEmitter();
  // Everybody who waits for an end hears of it; without a listener the event would end this process.
  ends.on('error', () => undefined);
  return new Promise((resolve, reject) => {
    const stream = request(
      new URL('/api/v1/events', address),
      { headers: { authorization: `Bearer ${apiKey}` } },
      (response) => {
        let rest = '';
        response.setEncoding('utf8');
        response.on('data', (text: string) => {
          const lines = (rest + text).split('\n');
          rest = lines.pop() ?? '';
          for (const line of lines) {
            tell(ends, line);
          }
        });
        response.on('error', () => ends.emit('error', new Error('The event stream broke.')));
        resolve({ ends, close: () => stream.destroy() });
      },
    );
    stream.on('error', reject);
    stream.end();
  });
}

function tell(ends: EventEmitter, line: string): void {
  const [, type] = /^event: ?(\S+)/u.exec(line) ?? [];
  if (type === 'job.completed') {
    ends.emit('completed');
  } else if (type === 'job.failed' || type === 'job.needs_attention') {
    ends.emit('error', new Error(`A job of the benchmark ended with ${type}.`));
  }
}
