import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { problemSchema } from '@pixsim7/contracts';
import type { Problem } from '@pixsim7/contracts';
import { createManualSystem } from '../__tests__/manual-system.ts';
import type { ManualSystem } from '../__tests__/manual-system.ts';
import type { HttpApp } from '../http-parts.ts';
import type { ConnectionLimits } from './connection-limits.ts';
import { listen } from './listen.ts';
import type { Listening } from './listen.ts';

const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };
function ignore(): void {
  // Nobody reads the log of these tests.
}

/** A client that writes raw bytes and keeps the replies. */
interface RawClient {
  readonly socket: Socket;
  readonly text: () => string;
  /** Waits until the server has sent this text. */
  until(part: string): Promise<void>;
  readonly closed: Promise<void>;
}

let system: ManualSystem;
let server: Listening;
let metrics: Registry;
let clients: RawClient[];
/** Requests that reached the application, in order. */
let begun: string[];
/** Lets held requests end. */
let finish: (() => void)[];

beforeEach(() => {
  system = createManualSystem();
  metrics = new Registry();
  clients = [];
  begun = [];
  finish = [];
});

afterEach(async () => {
  for (const { socket } of clients) {
    socket.destroy();
  }
  await server.close();
});

const answer: HttpApp['fetch'] = async (request) => {
  const { pathname } = new URL(request.url);
  begun.push(pathname);
  if (pathname.startsWith('/held')) {
    await new Promise<void>((resolve) => {
      finish.push(resolve);
    });
  }
  if (pathname === '/stream') {
    return new Response(
      new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode('first piece'));
        },
      }),
    );
  }
  if (pathname === '/large') {
    return new Response('x'.repeat(20_000_000));
  }
  return new Response(`answered ${pathname}`);
};

async function start(limits: Partial<ConnectionLimits> = {}): Promise<void> {
  server = await listen({
    fetch: answer,
    hostname: '127.0.0.1',
    port: 0,
    system,
    logger: silent,
    metrics,
    limits,
  });
}

/** @param allowHalfOpen keeps sending after the server has ended its side */
async function open(first = '', allowHalfOpen = false): Promise<RawClient> {
  const socket = connect({ port: server.port, host: '127.0.0.1', allowHalfOpen });
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk;
  });
  // A reset shows in `closed`.
  socket.on('error', ignore);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  if (first !== '') {
    socket.write(first, 'latin1');
  }
  const client: RawClient = {
    socket,
    text: () => text,
    async until(part) {
      while (!text.includes(part)) {
        await turn();
      }
    },
    closed,
  };
  clients.push(client);
  return client;
}

async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    await turn();
  }
}

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;

/** The problem in a raw reply, held against its schema and its status line. */
function problemIn(text: string): Problem {
  const [head = '', body = ''] = text.split('\r\n\r\n', 2);
  expect(head).toContain('application/problem+json');
  expect(head).toContain('Connection: close');
  const problem = problemSchema.parse(JSON.parse(body));
  expect(head.startsWith(`HTTP/1.1 ${problem.status} `)).toBe(true);
  expect(head).toContain(`Request-Id: ${problem.request_id}`);
  return problem;
}

async function metric(name: string): Promise<unknown> {
  const { values } = (await metrics.getSingleMetric(name)?.get()) ?? { values: [] };
  return Object.fromEntries(values.map(({ labels, value }) => [Object.values(labels).join(), value]));
}

describe('an invalid request', () => {
  it.each<[string, string, Problem['code']]>([
    ['headers of more than 16 KB', `GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 'headers_too_large'],
    ['an address of more than 16 KB', `GET /${'x'.repeat(20_000)} HTTP/1.1\r\n\r\n`, 'headers_too_large'],
    ['4,000 headers', `GET / HTTP/1.1\r\n${'abc:def\r\n'.repeat(4_000)}\r\n`, 'headers_too_large'],
    ['text that is not HTTP', 'HELO there\r\n\r\n', 'malformed_request'],
    ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 'malformed_request'],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      'malformed_request',
    ],
    [
      'a length and chunks',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      'malformed_request',
    ],
    ['no Host', 'GET / HTTP/1.1\r\n\r\n', 'malformed_request'],
    ['two Hosts', 'GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n', 'malformed_request'],
    ['a header with a space in its name', 'GET / HTTP/1.1\r\nHost : a\r\n\r\n', 'malformed_request'],
  ])('%s: refused with a problem, and the connection ends', async (_, text, code) => {
    await start();
    const client = await open(text);
    await client.until('"request_id"');
    expect(problemIn(client.text())).toMatchObject({ code, charged: 'no', errors: [] });
    client.socket.end();
    await client.closed;
    expect(begun).toEqual([]);
    expect(await metric('pixsim7_http_broken_requests_total')).toEqual({ [code]: 1 });
  });

  it('serves HTTP/1.0 without a Host', async () => {
    await start();
    const client = await open('GET /old HTTP/1.0\r\n\r\n');
    await client.until('answered /old');
    expect(client.text()).toContain('HTTP/1.1 200');
  });

  it('refuses an invalid Host with a problem', async () => {
    await start();
    const client = await open('GET / HTTP/1.1\r\nHost: a b/c\r\n\r\n');
    await client.until('"request_id"');
    const [head = '', body = ''] = client.text().split('\r\n\r\n', 2);
    expect(head).toContain('HTTP/1.1 400');
    expect(problemSchema.parse(JSON.parse(body))).toMatchObject({ code: 'malformed_request' });
  });

  it('reads every header, however many there are, because one may be the Idempotency-Key', async () => {
    await start();
    const client = await open(`GET /many HTTP/1.1\r\nHost: a\r\n${'a:b\r\n'.repeat(2_500)}\r\n`);
    await client.until('answered /many');
    expect(client.text()).toContain('HTTP/1.1 200');
  });

  it('waits until the request before it has its reply', async () => {
    await start();
    const client = await open(`${get('/held')}not HTTP\r\n\r\n`);
    await until(() => begun.length === 1);
    client.socket.write('more that is not HTTP\r\n\r\n');
    for (let look = 0; look < 20; look += 1) {
      await turn();
    }
    expect(client.text()).toBe('');
    finish.shift()?.();
    await client.until('"request_id"');
    expect(client.text()).toMatch(/^HTTP\/1\.1 200 [^]*answered \/held[^]*HTTP\/1\.1 400 /u);
  });

  it('does not write into a reply that is under way', async () => {
    await start();
    const client = await open(get('/stream'));
    await client.until('first piece');
    client.socket.write('not HTTP\r\n\r\n');
    await client.closed;
    expect(client.text()).not.toContain('malformed_request');
  });
});

describe('headers that do not arrive', () => {
  it('are refused when their time is up, with a problem', async () => {
    await start({ headMs: 20, checkMs: 10 });
    const client = await open('GET / HTTP/1.1\r\nHost: a\r\nX');
    await client.until('"request_id"');
    expect(problemIn(client.text())).toMatchObject({ code: 'request_timeout', retryable: true });
  });

  it('of many clients do not keep another one out', async () => {
    await start({ connections: 20 });
    const slow = await Promise.all(
      Array.from({ length: 60 }, () => open('GET /slow HTTP/1.1\r\nHost: a\r\n')),
    );
    const client = await open(get('/real'));
    await client.until('answered /real');
    // The oldest connections made room, the newest did not.
    await until(() => slow.filter(({ text }) => text() !== '').length >= 41);
    expect(problemIn(slow[0]?.text() ?? '')).toMatchObject({ code: 'request_timeout' });
    expect(slow.at(-1)?.text()).toBe('');
    expect(await metric('pixsim7_http_connections_ended_total')).toEqual({ made_room: 41 });
    expect(await metric('pixsim7_http_connections')).toEqual({ '': 20 });
  });
});

describe('a connection', () => {
  it('that works is never ended to make room: then a new one is told to come back', async () => {
    await start({ connections: 2 });
    const working = [await open(get('/held/1')), await open(get('/held/2'))];
    await until(() => begun.length === 2);
    const refused = await open(get('/late'));
    await refused.until('"request_id"');
    expect(problemIn(refused.text())).toMatchObject({ code: 'unavailable', retryable: true, charged: 'no' });
    expect(refused.text()).toContain('Retry-After: 5');
    refused.socket.write(get('/later-too'));
    await refused.closed;
    for (const end of finish) {
      end();
    }
    await Promise.all(working.map((client) => client.until('answered /held')));
    const later = await open(get('/later'));
    await later.until('answered /later');
    expect(await metric('pixsim7_http_connections_ended_total')).toEqual({ full: 1, made_room: 1 });
    // The refused client was told that nothing was done.
    expect(begun).toEqual(['/held/1', '/held/2', '/later']);
  });

  it('that made room has its next request ignored, because its client was told that nothing was done', async () => {
    await start({ connections: 1 });
    const idle = await open('', true);
    const next = await open(get('/next'));
    await next.until('answered /next');
    idle.socket.end(get('/too-late'));
    await idle.closed;
    expect(problemIn(idle.text())).toMatchObject({ code: 'request_timeout', charged: 'no' });
    expect(begun).toEqual(['/next']);
  });

  it('has its requests answered one after the other', async () => {
    await start();
    const client = await open([get('/held/1'), get('/held/2'), get('/3')].join(''));
    await until(() => begun.length === 1);
    for (let look = 0; look < 20; look += 1) {
      await turn();
    }
    expect(begun).toEqual(['/held/1']);
    finish.shift()?.();
    await until(() => begun.length === 2);
    expect(begun).toEqual(['/held/1', '/held/2']);
    finish.shift()?.();
    await client.until('answered /3');
    expect(begun).toEqual(['/held/1', '/held/2', '/3']);
  });

  it('with more than 50 requests in line is cut', async () => {
    await start();
    const client = await open(get('/held') + get('/next').repeat(51));
    await client.closed;
    expect(begun).toEqual(['/held']);
  });

  it('whose client does not read its reply is cut after a minute', async () => {
    await start();
    const client = await open();
    client.socket.pause();
    client.socket.write(get('/large'));
    await until(() => begun.length === 1);
    let looks = 0;
    const unread = { unread: 1 };
    // While the system still takes bytes of the reply, it makes progress.
    for (
      ;
      JSON.stringify(await metric('pixsim7_http_connections_ended_total')) !== JSON.stringify(unread);
      looks += 1
    ) {
      system.advance(5_000);
      await turn();
    }
    expect(looks).toBeGreaterThanOrEqual(12);
    client.socket.resume();
    await client.closed;
  });
});
