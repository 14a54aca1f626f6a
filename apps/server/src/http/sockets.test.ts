import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Asset } from '@pixsim7/contracts';
import { createImageFile } from '@pixsim7/testkit/builders';
import { apiKey, openBench } from './__tests__/http-bench.ts';
import type { HttpBench } from './__tests__/http-bench.ts';
import { fileForm } from './__tests__/media-forms.ts';
import { listen } from './connections/listen.ts';
import type { Listening } from './connections/listen.ts';

let bench: HttpBench;
let server: Listening;
let url: string;

beforeEach(async () => {
  bench = await openBench({
    limits: { uploadPace: { silenceMs: 100, bytesPerSecond: 10_000, windowMs: 200 } },
  });
  server = await listen({
    fetch: bench.app.fetch,
    hostname: '127.0.0.1',
    port: 0,
    system: bench.system,
    logger: bench.dependencies.logger,
    metrics: bench.metrics,
  });
  url = `http://127.0.0.1:${server.port}`;
});

afterEach(async () => {
  bench.stopping.abort();
  await server.close();
  await bench.close();
});

const headers = { authorization: `Bearer ${apiKey}` };

const unfinishedUpload = [
  'POST /api/v1/assets HTTP/1.1',
  'Host: localhost',
  `Authorization: Bearer ${apiKey}`,
  'Content-Type: multipart/form-data; boundary=abc',
  'Content-Length: 100000',
  '',
  '--abc',
  'Content-Disposition: form-data; name="file"; filename="a.png"',
  '',
  'the first bytes',
].join('\r\n');

describe('over real sockets', () => {
  it('takes an upload, and serves a part of it', async () => {
    const bytes = await createImageFile();
    const created = await fetch(`${url}/api/v1/assets`, {
      method: 'POST',
      headers,
      body: fileForm(bytes, 'a.png'),
    });
    expect(created.status).toBe(201);
    const asset = (await created.json()) as Asset;
    const part = await fetch(url + asset.content_url, { headers: { ...headers, range: 'bytes=1-3' } });
    expect([part.status, await part.text()]).toEqual([206, 'PNG']);
    const head = await fetch(url + asset.content_url, { method: 'HEAD', headers });
    expect(head.headers.get('content-length')).toBe(String(bytes.length));
  });

  it('answers a JSON body that is too long without reading it', async () => {
    // The server may close while the client still sends, so what it answered is read in its log.
    await fetch(`${url}/api/v1/jobs`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: new Uint8Array(33 * 1024 ** 2).fill(0x20),
    }).catch(() => null);
    const requests = bench.log.filter(({ message }) => message === 'request');
    expect(requests.map(({ fields }) => fields['status'])).toEqual([413]);
  });

  it.each([
    ['falls silent', null, /nothing came for 0\.1 s/u],
    // A busy machine may hold the drops back for so long that they count as silence.
    ['drips', 20, /less than 10000 bytes a second came over 0\.2 s|nothing came for 0\.1 s/u],
  ])('refuses an upload that %s, and leaves nothing of it behind', async (_what, everyMs, detail) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    const answers: string[] = [];
    socket.on('data', (chunk) => answers.push(chunk.toString('utf8')));
    // The server may close the connection while more is on its way.
    socket.on('error', () => undefined);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write(unfinishedUpload);
    const dripping = everyMs === null ? null : setInterval(() => socket.write('x'), everyMs);
    await until(() => answers.join('').includes('request_timeout'));
    if (dripping !== null) {
      clearInterval(dripping);
    }
    expect(answers.join('')).toMatch(/^HTTP\/1\.1 408 /u);
    expect(answers.join('')).toMatch(detail);
    await closed;
    const list = await fetch(`${url}/api/v1/assets`, { headers });
    expect(await list.json()).toEqual({ data: [], next_cursor: null });
  });

  it('refuses a body that falls silent, and closes the connection', async () => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    let reply = '';
    socket.on('data', (chunk) => {
      reply += chunk.toString();
    });
    socket.write(
      [
        'POST /api/v1/jobs HTTP/1.1',
        'Host: localhost',
        `Authorization: Bearer ${apiKey}`,
        'Content-Type: application/json',
        'Content-Length: 100',
        '',
        '{"operation_type":',
      ].join('\r\n'),
    );
    const before = bench.system.timers;
    await until(() => bench.system.timers > before);
    const hasReply = (): boolean => reply !== '';
    while (!hasReply()) {
      bench.system.advance(15_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(reply).toContain('HTTP/1.1 408');
    expect(reply).toContain('"code":"request_timeout"');
    await new Promise((resolve) => socket.once('close', resolve));
  });

  it('counts a body that breaks off as an error of the client', async () => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    const before = bench.system.timers;
    socket.write(
      `POST /api/v1/jobs HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${apiKey}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`,
    );
    await until(() => bench.system.timers > before);
    socket.destroy();
    await until(() => bench.log.some(({ message }) => message === 'request'));
    const [line] = bench.log.filter(({ message }) => message === 'request');
    expect(line?.fields['status']).toBe(400);
  });

  it('leaves nothing behind when an upload breaks off', async () => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write(unfinishedUpload);
    await until(() => socket.bytesWritten > 0);
    await new Promise<void>((resolve) => socket.end(() => resolve()));
    socket.destroy();
    await until(() => bench.log.some(({ message }) => message === 'request'));
    const list = await fetch(`${url}/api/v1/assets`, { headers });
    expect(await list.json()).toEqual({ data: [], next_cursor: null });
  });

  it('lets go of an event stream when the client leaves', async () => {
    const before = bench.system.timers;
    const leaving = new AbortController();
    const reply = await fetch(`${url}/api/v1/events`, { headers, signal: leaving.signal });
    expect(reply.status).toBe(200);
    await until(() => bench.system.timers === before + 1);
    leaving.abort();
    await until(() => bench.system.timers === before);
  });

  it('knows the address of a client that sends wrong keys', async () => {
    const statuses: number[] = [];
    for (let count = 0; count < 22; count += 1) {
      const reply = await fetch(`${url}/api/v1/jobs`, { headers: { 'x-api-key': `wrong-${count}` } });
      statuses.push(reply.status);
      await reply.body?.cancel();
    }
    expect(statuses.filter((status) => status === 401)).toHaveLength(20);
    expect(statuses.at(-1)).toBe(429);
  });
});

/** Waits for the event loop to bring something about. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
