import { describe, expect, it } from 'vitest';
import { maxReplyBytes, readReply, ReplyTooLongError } from './read-reply.ts';

/** A reply without end, and how many chunks of it were read. */
function endless(piece: string): { reply: Response; sent: () => number; cancelled: () => boolean } {
  let sent = 0;
  let isCancelled = false;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += 1;
      controller.enqueue(new TextEncoder().encode(piece));
    },
    cancel() {
      isCancelled = true;
    },
  });
  return { reply: new Response(body), sent: () => sent, cancelled: () => isCancelled };
}

describe('readReply', () => {
  it.each<[string, unknown]>([
    ['{"a":[1,"}]"]}', { a: [1, '}]'] }],
    ['"\\"{"', '"{'],
    ['<html>', undefined],
    ['', undefined],
    ['{"a":', undefined],
  ])('reads %s', async (text, json) => {
    expect(await readReply(new Response(text))).toEqual({ text, json });
  });

  it('reads nothing where there is no body', async () => {
    expect(await readReply(new Response(null, { status: 204 }))).toEqual({ text: '', json: undefined });
  });

  it('joins a character that arrives in two chunks', async () => {
    const bytes = new TextEncoder().encode('{"a":"é"}');
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const byte of bytes) {
          controller.enqueue(Uint8Array.of(byte));
        }
        controller.close();
      },
    });
    expect((await readReply(new Response(body))).json).toEqual({ a: 'é' });
  });

  it('accepts a reply of exactly the bound, and no byte more', async () => {
    const text = `"${'x'.repeat(maxReplyBytes - 2)}"`;
    expect((await readReply(new Response(text))).text).toHaveLength(maxReplyBytes);
    await expect(readReply(new Response(`${text} `))).rejects.toThrow(ReplyTooLongError);
  });

  it('cancels a reply without end as soon as it is too long', async () => {
    const { reply, sent, cancelled } = endless('x'.repeat(1024));
    await expect(readReply(reply)).rejects.toMatchObject({ code: 'reply_too_long' });
    expect(sent()).toBeLessThanOrEqual(maxReplyBytes / 1024 + 2);
    expect(cancelled()).toBe(true);
  });

  it('parses up to 64 levels of nesting', async () => {
    const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
    expect((await readReply(new Response(nested(64)))).json).toBeDefined();
    expect((await readReply(new Response(nested(65)))).json).toBeUndefined();
    expect((await readReply(new Response('['.repeat(200_000)))).json).toBeUndefined();
  });
});
