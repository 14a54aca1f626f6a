import type { LookupAddress } from 'node:dns';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FetchFailedError, UnreachableHostError, UnsafeUrlError } from '@pixsim7/core';
import { createOutgoingHttp } from './outgoing-http.ts';
import type { ClosableOutgoingHttp } from './outgoing-http.ts';

type Route = (request: IncomingMessage, response: ServerResponse) => void;

interface TestServer {
  readonly server: Server;
  readonly origin: string;
  readonly port: number;
  readonly routes: Map<string, Route>;
  readonly seen: IncomingMessage[];
}

async function startServer(): Promise<TestServer> {
  const routes = new Map<string, Route>();
  const seen: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    seen.push(request);
    const { pathname } = new URL(request.url ?? '/', 'http://any');
    const route = routes.get(pathname);
    if (route === undefined) {
      response.writeHead(404).end('nothing here');
    } else {
      route(request, response);
    }
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return { server, origin: `http://127.0.0.1:${port}`, port, routes, seen };
}

/** A port on which nothing listens any more. */
async function closedServer(): Promise<TestServer> {
  const server = await startServer();
  await stopServer(server);
  return server;
}

async function stopServer({ server }: TestServer): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => {
    server.close(resolve);
  });
}

let target: TestServer;
let outgoing: ClosableOutgoingHttp;

beforeEach(async () => {
  target = await startServer();
  outgoing = createOutgoingHttp();
});

afterEach(async () => {
  await stopServer(target);
  await outgoing.close();
});

const redirectTo =
  (location: string): Route =>
  (_request, response) => {
    response.writeHead(302, { location }).end();
  };

async function textOf(source: Promise<AsyncIterable<Uint8Array>>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of await source) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

const pace = { silenceMs: 5_000, bytesPerSecond: 1, windowMs: 5_000 };
const patient = { timeoutMs: 5000, pace };

const download = (url: string, trustedOrigin?: string, timeoutMs = 5000): Promise<string> =>
  textOf(outgoing.download(url, { timeoutMs, pace, trustedOrigin }));

async function failureOf(work: Promise<unknown>): Promise<Error & { code?: string; status?: number | null }> {
  return work.then(
    () => {
      throw new Error('It did not fail.');
    },
    (error: unknown) => error as Error,
  );
}

describe('what may be fetched', () => {
  it.each([
    'ftp://example.com/a',
    'file:///etc/passwd',
    'data:text/plain,hello',
    'gopher://example.com/',
    'javascript:alert(1)',
    'not a url',
    '',
    '//example.com/a',
    'http://user:secret@example.com/a',
    'https://secret@example.com/a',
  ])('refuses %j', async (url) => {
    const error = await failureOf(download(url));
    expect(error).toBeInstanceOf(UnsafeUrlError);
    expect(error.message).not.toContain('secret');
    expect(() => outgoing.checkUrl(url)).toThrow(UnsafeUrlError);
  });

  it.each([
    'http://127.0.0.1/',
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0177.0.0.1/',
    'http://0/',
    'http://169.254.169.254/latest/meta-data/',
    'http://10.1.2.3:8080/',
    'http://[::1]/',
    'http://[::]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://[fd00::1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://①②⑦.0.0.1/',
  ])('refuses the literal address of %s', async (url) => {
    await expect(download(url)).rejects.toThrow(UnsafeUrlError);
    expect(() => outgoing.checkUrl(url)).toThrow(UnsafeUrlError);
  });

  it('is not known of a name before it is looked up', () => {
    expect(() => outgoing.checkUrl('https://localhost/a.mp4')).not.toThrow();
  });

  it('is everything where private addresses are allowed', async () => {
    const open = createOutgoingHttp({ allowPrivateAddresses: true });
    expect(() => open.checkUrl('http://127.0.0.1/a.mp4')).not.toThrow();
    expect(() => open.checkUrl('file:///etc/passwd')).toThrow(UnsafeUrlError);
    await open.close();
  });

  it('refuses a literal address of a server that is there', async () => {
    target.routes.set('/', (_request, response) => response.end('internal'));
    await expect(download(`${target.origin}/`)).rejects.toThrow(UnsafeUrlError);
    expect(target.seen).toEqual([]);
  });

  it('refuses a name by what it resolves to', async () => {
    await expect(download(`http://localhost:${target.port}/`)).rejects.toThrow(UnreachableHostError);
    expect(target.seen).toEqual([]);
  });

  it.each([[['127.0.0.1']], [['93.184.216.34', '10.0.0.1']], [['::1']], [['::ffff:192.168.0.1']]])(
    'refuses a name that resolves to %j',
    async (addresses) => {
      const guarded = createOutgoingHttp({
        resolveHost: async () =>
          addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      });
      const url = `http://video.example:${target.port}/a.mp4?signature=secret`;
      const error = await failureOf(textOf(guarded.download(url, patient)));
      expect(error).toBeInstanceOf(UnreachableHostError);
      expect(error.message).toBe(`http://video.example:${target.port}/a.mp4 could not be reached.`);
      expect(error.cause).toMatchObject({ message: 'video.example does not lead to a public address.' });
      await guarded.close();
    },
  );

  it('asks for the address when it connects, so that a second answer of a name cannot slip in', async () => {
    let lookups = 0;
    const guarded = createOutgoingHttp({
      resolveHost: async () => {
        lookups += 1;
        return [{ address: '127.0.0.1', family: 4 }];
      },
    });
    await failureOf(textOf(guarded.download('http://rebind.example/', patient)));
    expect(lookups).toBe(1);
    await guarded.close();
  });

  it('reports unknown, private and refusing hosts in the same way', async () => {
    const { port } = await closedServer();
    const answers: readonly (() => Promise<readonly LookupAddress[]>)[] = [
      async () => [],
      async () => Promise.reject(Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' })),
      async () => [{ address: '10.0.0.1', family: 4 }],
      async () => [{ address: '::1', family: 6 }],
    ];
    const told: unknown[] = [];
    for (const resolveHost of answers) {
      const guarded = createOutgoingHttp({ resolveHost });
      const url = `http://name.example:${port}/`;
      const error = await failureOf(textOf(guarded.download(url, patient)));
      expect(error).toBeInstanceOf(UnreachableHostError);
      expect(error.cause).toBeInstanceOf(Error);
      const { name, code, status, message } = error;
      told.push({ name, code, status, message });
      await guarded.close();
    }
    // A host that refuses connections looks the same to the caller.
    const open = createOutgoingHttp({ allowPrivateAddresses: true });
    const url = `http://127.0.0.1:${port}/`;
    const { name, code, status, message } = await failureOf(textOf(open.download(url, patient)));
    told.push({ name, code, status, message: message.replace('127.0.0.1', 'name.example') });
    await open.close();
    expect(new Set(told.map((entry) => JSON.stringify(entry))).size).toBe(1);
  });
});

describe('a trusted origin', () => {
  it('is fetched although its address is not public', async () => {
    target.routes.set('/a.mp4', (_request, response) => response.end('bytes'));
    expect(await download(`${target.origin}/a.mp4`, target.origin)).toBe('bytes');
    expect(await download(`${target.origin}/a.mp4`, `${target.origin}/openapi/v2`)).toBe('bytes');
  });

  it('does not cover another port, scheme or spelling of the host', async () => {
    for (const url of [`http://127.0.0.1:${target.port + 1}/`, `https://127.0.0.1:${target.port}/`]) {
      await expect(download(url, target.origin)).rejects.toThrow(UnsafeUrlError);
    }
    await expect(download(`http://localhost:${target.port}/`, target.origin)).rejects.toThrow(
      UnreachableHostError,
    );
  });

  it('covers redirects within it', async () => {
    target.routes.set('/old', redirectTo('/new?signature=1'));
    target.routes.set('/new', (request, response) => response.end(request.url));
    expect(await download(`${target.origin}/old`, target.origin)).toBe('/new?signature=1');
  });

  it('does not cover a redirect to another origin', async () => {
    const internal = await startServer();
    internal.routes.set('/', (_request, response) => response.end('internal'));
    target.routes.set('/literal', redirectTo(`${internal.origin}/`));
    target.routes.set('/name', redirectTo(`http://localhost:${internal.port}/`));
    target.routes.set('/file', redirectTo('file:///etc/passwd'));
    for (const path of ['/literal', '/file']) {
      await expect(download(target.origin + path, target.origin)).rejects.toThrow(UnsafeUrlError);
    }
    await expect(download(`${target.origin}/name`, target.origin)).rejects.toThrow(UnreachableHostError);
    expect(internal.seen).toEqual([]);
    await stopServer(internal);
  });

  it('does not lend its open connection to the same host without trust', async () => {
    target.routes.set('/', (_request, response) => response.end('ok'));
    await download(`${target.origin}/`, target.origin);
    await expect(download(`${target.origin}/`)).rejects.toThrow(UnsafeUrlError);
  });

  it('is not needed where private addresses are allowed', async () => {
    target.routes.set('/', (_request, response) => response.end('ok'));
    const open = createOutgoingHttp({ allowPrivateAddresses: true });
    expect(await textOf(open.download(`${target.origin}/`, patient))).toBe('ok');
    await open.close();
  });
});

describe('answers', () => {
  const fetchPath = (path: string, timeoutMs?: number): Promise<string> =>
    download(target.origin + path, target.origin, timeoutMs);

  it.each([301, 302, 303, 307, 308])('follows a %i', async (status) => {
    target.routes.set('/old', (_request, response) => response.writeHead(status, { location: 'new' }).end());
    target.routes.set('/new', (_request, response) => response.end('moved'));
    expect(await fetchPath('/old')).toBe('moved');
  });

  it('follows five redirects and no sixth', async () => {
    for (let step = 0; step < 6; step += 1) {
      target.routes.set(`/${step}`, redirectTo(`/${step + 1}`));
    }
    target.routes.set('/6', (_request, response) => response.end('far'));
    expect(await fetchPath('/1')).toBe('far');
    const error = await failureOf(fetchPath('/0'));
    expect(error).toMatchObject({ code: 'fetch_failed', message: expect.stringContaining('5 redirects') });
  });

  it('fails at a redirect without a target', async () => {
    target.routes.set('/old', (_request, response) => response.writeHead(302).end());
    expect(await failureOf(fetchPath('/old'))).toMatchObject({ code: 'fetch_failed', status: 302 });
  });

  it.each([206, 304, 400, 403, 404, 429, 500, 503])('fails with the status %i', async (status) => {
    target.routes.set('/a', (_request, response) => response.writeHead(status).end());
    const error = await failureOf(fetchPath('/a?Signature=hidden'));
    expect(error).toBeInstanceOf(FetchFailedError);
    expect(error).toMatchObject({ status, message: `${target.origin}/a answered with status ${status}.` });
  });

  it('fails when the connection ends before the announced length', async () => {
    target.routes.set('/a', (_request, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('only this', () => response.destroy());
    });
    const error = await failureOf(fetchPath('/a?Signature=hidden'));
    expect(error).toMatchObject({ code: 'fetch_failed', status: null });
    expect(error.message).not.toContain('hidden');
  });

  it('fails when a chunked answer breaks off', async () => {
    target.routes.set('/a', (_request, response) => {
      response.write('only this', () => response.destroy());
    });
    expect(await failureOf(fetchPath('/a'))).toMatchObject({ code: 'fetch_failed' });
  });

  it('asks for plain bytes and fails when they are packed', async () => {
    target.routes.set('/a', (_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end('packed');
    });
    expect(await failureOf(fetchPath('/a'))).toMatchObject({ code: 'fetch_failed', status: 200 });
    expect(target.seen[0]?.headers['accept-encoding']).toBe('identity');
  });

  it('fails when nobody listens', async () => {
    const gone = await startServer();
    await stopServer(gone);
    const error = await failureOf(download(`${gone.origin}/a?Signature=hidden`, gone.origin));
    expect(error).toMatchObject({ code: 'fetch_failed', status: null });
    expect(error.message).not.toContain('hidden');
  });

  it('ends an answer that never comes, and one that never ends', async () => {
    target.routes.set('/silent', () => undefined);
    target.routes.set('/endless', (_request, response) => {
      response.writeHead(200).write('and');
    });
    for (const path of ['/silent', '/endless']) {
      const error = await failureOf(fetchPath(path, 50));
      expect(error).toMatchObject({
        code: 'fetch_failed',
        message: expect.stringContaining('no end after 50 ms'),
      });
    }
  });

  it('ends with the signal of the caller, before and during the transfer', async () => {
    target.routes.set('/endless', (_request, response) => {
      response.writeHead(200).write('and');
    });
    const controller = new AbortController();
    const limits = { ...patient, trustedOrigin: target.origin, signal: controller.signal };
    const stream = await outgoing.download(`${target.origin}/endless`, limits);
    const read = failureOf(textOf(Promise.resolve(stream)));
    controller.abort(new Error('the server stops'));
    expect(await read).toMatchObject({
      code: 'fetch_failed',
      message: expect.stringContaining('the server stops'),
    });
    expect(await failureOf(textOf(outgoing.download(`${target.origin}/endless`, limits)))).toMatchObject({
      code: 'fetch_failed',
    });
    expect(target.seen).toHaveLength(1);
  });

  it('closes the connection when the reader stops early', async () => {
    let closed = (): void => undefined;
    const closing = new Promise<void>((resolve) => {
      closed = resolve;
    });
    target.routes.set('/endless', (_request, response) => {
      response.on('close', closed);
      response.writeHead(200).write('and');
    });
    const limits = { ...patient, trustedOrigin: target.origin };
    for await (const chunk of await outgoing.download(`${target.origin}/endless`, limits)) {
      expect(chunk.byteLength).toBeGreaterThan(0);
      break;
    }
    await closing;
  });
});

describe('a link that is too slow', () => {
  const short = { silenceMs: 40, bytesPerSecond: 10_000, windowMs: 60 };
  const failure = async (path: string) => {
    const limits = { timeoutMs: 5000, pace: short, trustedOrigin: target.origin };
    return failureOf(textOf(outgoing.download(`${target.origin}${path}?Signature=hidden`, limits)));
  };

  /** Answers piece by piece, and says when the connection is gone. */
  function drip(path: string, everyMs: number): Promise<void> {
    return new Promise((resolve) => {
      target.routes.set(path, (_request, response) => {
        response.writeHead(200).write('and');
        const timer = setInterval(() => response.write('and'), everyMs);
        response.on('close', () => {
          clearInterval(timer);
          resolve();
        });
      });
    });
  }

  it('is broken off when nothing comes any more', async () => {
    const closed = drip('/silent', 10_000);
    expect(await failure('/silent')).toMatchObject({
      code: 'fetch_failed',
      status: null,
      message: `${target.origin}/silent could not be fetched: nothing came for 0.04 s.`,
    });
    await closed;
  });

  it('is broken off when it only drips', async () => {
    const closed = drip('/drips', 5);
    expect(await failure('/drips')).toMatchObject({
      code: 'fetch_failed',
      message: expect.stringContaining('less than 10000 bytes a second came over 0.06 s'),
    });
    await closed;
  });

  it('is broken off when not even the head comes', async () => {
    target.routes.set('/nothing', () => undefined);
    expect(await failure('/nothing')).toMatchObject({ code: 'fetch_failed', status: null });
  });

  it('is left alone when its answer is a refusal that does not end', async () => {
    target.routes.set('/refused', (_request, response) => {
      response.writeHead(404, { 'content-length': '1000000' }).write('and');
    });
    expect(await failure('/refused')).toMatchObject({ code: 'fetch_failed', status: 404 });
  });
});
