import type { Event } from '@pixsim7/contracts';
import { checkEvent } from './checked-replies.ts';
import type { HttpBench } from './http-bench.ts';

/** A reader of server-sent events. */
export interface OpenStream {
  readonly reply: Response;
  /** The next block of the stream. */
  next(): Promise<string>;
  /** The next block that is no comment as an event, held against the reference. */
  event(): Promise<{ id: string; event: string; data: Event }>;
  close(): Promise<void>;
}

export async function openStream(
  bench: Pick<HttpBench, 'app' | 'send'>,
  path: string,
  headers: Record<string, string> = {},
  key?: string,
): Promise<OpenStream> {
  const reply = await bench.send('GET', path, { headers, ...(key === undefined ? {} : { key }) });
  if (reply.body === null) {
    throw new Error('There is no stream.');
  }
  const reader = reply.body.getReader();
  const decoder = new TextDecoder();
  let text = '';

  async function next(): Promise<string> {
    while (!text.includes('\n\n')) {
      const { done, value } = await reader.read();
      if (done) {
        throw new Error('The stream has ended.');
      }
      text += decoder.decode(value, { stream: true });
    }
    const block = text.slice(0, text.indexOf('\n\n'));
    text = text.slice(block.length + 2);
    return block;
  }

  return {
    reply,
    next,
    async event() {
      let block = await next();
      while (block.startsWith(':')) {
        block = await next();
      }
      const lines = block.split('\n').map((line): [string, string] => {
        const [name = '', value = ''] = line.split(/: (.*)/s, 2);
        return [name, value];
      });
      const { id = '', event = '', data = '' } = Object.fromEntries(lines);
      const told = JSON.parse(data) as Event;
      checkEvent(bench.app, told);
      return { id, event, data: told };
    },
    close: () => reader.cancel(),
  };
}
