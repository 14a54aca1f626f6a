import { beforeEach, describe, expect, it } from 'vitest';
import { RequestError } from '@pixsim7/core';
import { createManualSystem } from '../__tests__/manual-system.ts';
import type { ManualSystem } from '../__tests__/manual-system.ts';
import { bodyChunks } from './body-chunks.ts';
import { receiveBody } from './receive-body.ts';

const bounds = { maxBytes: 100, silenceMs: 1_000, arrivalMs: 10_000 };

let system: ManualSystem;
let client: ReadableStreamDefaultController<Uint8Array>;
let cancelled: boolean;

beforeEach(() => {
  system = createManualSystem();
  cancelled = false;
});

/** A body that the test sends chunk by chunk. */
function open(): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    start(controller) {
      client = controller;
    },
    cancel() {
      cancelled = true;
    },
  });
}

const bytes = (length: number, value = 7): Uint8Array => new Uint8Array(length).fill(value);

/** Lets all promises that are ready continue. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

describe('receiveBody', () => {
  it.each([null, 100, 30, 0])('joins the chunks, whatever length was announced: %s', async (announced) => {
    const receiving = receiveBody(open(), announced, bounds, system);
    for (const [length, value] of [
      [1, 1],
      [60, 2],
      [0, 0],
      [39, 3],
    ] as const) {
      client.enqueue(bytes(length, value));
    }
    client.close();
    expect(await receiving).toEqual(Buffer.concat([bytes(1, 1), bytes(60, 2), bytes(39, 3)]));
    expect(system.timers).toBe(0);
  });

  it('refuses a length over the bound without reading', async () => {
    await expect(receiveBody(open(), 101, bounds, system)).rejects.toMatchObject({
      code: 'payload_too_large',
    });
  });

  it('refuses a body that grows over the bound, and cancels the rest', async () => {
    const receiving = receiveBody(open(), null, bounds, system);
    client.enqueue(bytes(100));
    client.enqueue(bytes(1));
    await expect(receiving).rejects.toMatchObject({ code: 'payload_too_large' });
    expect([cancelled, system.timers]).toEqual([true, 0]);
  });

  it('refuses a body that falls silent', async () => {
    const receiving = receiveBody(open(), null, bounds, system);
    client.enqueue(bytes(1));
    await settle();
    system.advance(1_000);
    client.enqueue(bytes(1));
    await settle();
    system.advance(2_000);
    await expect(receiving).rejects.toMatchObject({ code: 'request_timeout', retryable: true });
    expect([cancelled, system.timers]).toEqual([true, 0]);
  });

  it('takes a slow body that is never silent, until its time is up', async () => {
    const receiving = receiveBody(open(), null, bounds, system);
    const failed = receiving.catch((error: unknown) => error);
    for (let half = 0; half < 19; half += 1) {
      client.enqueue(bytes(1));
      await settle();
      system.advance(500);
    }
    client.enqueue(bytes(1));
    await settle();
    expect(await Promise.race([failed, Promise.resolve('still reading')])).toBe('still reading');
    system.advance(500);
    expect(await failed).toMatchObject({ code: 'request_timeout', message: expect.stringContaining('10 s') });
  });

  it('says that a body broke off', async () => {
    const receiving = receiveBody(open(), 50, bounds, system);
    client.enqueue(bytes(10));
    client.error(new Error('aborted'));
    const error: unknown = await receiving.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RequestError);
    expect(error).toMatchObject({ code: 'malformed_request', cause: { message: 'aborted' } });
    expect(system.timers).toBe(0);
  });
});

describe('bodyChunks', () => {
  it('does not count our own slowness as silence of the client', async () => {
    const chunks = bodyChunks(open(), { silenceMs: 1_000, arrivalMs: 600_000 }, system);
    client.enqueue(bytes(1));
    expect((await chunks.next()).value).toHaveLength(1);
    // The reader is busy, for example with a slow disk.
    system.advance(60_000);
    client.enqueue(bytes(2));
    expect((await chunks.next()).value).toHaveLength(2);
    await chunks.return();
    expect([cancelled, system.timers]).toEqual([true, 0]);
  });
});
