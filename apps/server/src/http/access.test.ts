import { afterEach, describe, expect, it } from 'vitest';
import { builtCaller } from '@pixsim7/testkit/builders';
import { apiKey, openBench } from './__tests__/http-bench.ts';
import type { BenchOptions, HttpBench } from './__tests__/http-bench.ts';

let bench: HttpBench;

const open = async (options: BenchOptions = {}): Promise<void> => {
  bench = await openBench(options);
};

afterEach(() => bench.close());

describe('authentication', () => {
  it.each([
    ['a bearer token', { authorization: `Bearer ${apiKey}` }, 200],
    ['the scheme in any case', { authorization: `bearer ${apiKey}` }, 200],
    ['X-API-Key', { 'x-api-key': apiKey }, 200],
    ['nothing', {}, 401],
    ['an empty key', { 'x-api-key': '' }, 401],
    ['another scheme', { authorization: `Basic ${apiKey}` }, 401],
    ['a wrong key', { authorization: 'Bearer wrong' }, 401],
  ])('%s', async (_, headers, status) => {
    await open();
    const reply = await bench.send('GET', '/api/v1/jobs', { key: null, headers });
    expect(reply.status).toBe(status);
    expect(reply.headers.get('www-authenticate')).toBe(status === 401 ? 'Bearer realm="PixSim7"' : null);
  });

  it('never takes a key from the URL', async () => {
    await open();
    const problem = await bench.problem('GET', `/api/v1/events?api_key=${apiKey}`, { key: null });
    expect(problem.code).toBe('unauthorized');
  });

  it('guards every route but the open ones', async () => {
    await open();
    const openPaths = [
      '/',
      '/docs',
      '/docs/:file',
      '/docs/problems/:code',
      '/docs/start.js',
      '/health',
      // It takes only requests that a provider signed.
      '/hooks/:provider/:token',
      '/openapi.json',
      '/ready',
    ];
    const found = new Set<string>();
    for (const { method, path } of bench.app.routes) {
      if (method === 'ALL') {
        continue;
      }
      const reply = await bench.app.request(path.replaceAll(/:\w+/g, 'x'), { method });
      if (reply.status !== 401) {
        found.add(path);
      }
      await reply.body?.cancel();
    }
    expect([...found].sort()).toEqual(openPaths);
  });

  it('does not tell strangers which paths exist', async () => {
    await open();
    expect((await bench.problem('GET', '/api/v1/nothing', { key: null })).code).toBe('unauthorized');
    expect((await bench.problem('PUT', '/api/v1/jobs', { key: null })).code).toBe('unauthorized');
  });
});

describe('limits', () => {
  it('bound the requests of a key, which come back with time', async () => {
    await open({ limits: { requestBurst: 2, requestsPerSecond: 0.5 } });
    const statuses: number[] = [];
    for (let count = 0; count < 3; count += 1) {
      statuses.push((await bench.send('GET', '/api/v1/jobs')).status);
    }
    expect(statuses).toEqual([200, 200, 429]);
    const refused = await bench.send('GET', '/api/v1/jobs');
    expect(refused.headers.get('retry-after')).toBe('2');
    expect(await refused.json()).toMatchObject({ code: 'too_many_requests', retryable: true });
    expect((await bench.send('GET', '/health', { key: null })).status).toBe(200);
    bench.system.advance(2_000);
    expect((await bench.send('GET', '/api/v1/jobs')).status).toBe(200);
  });

  it('bound wrong keys by address before the database is asked, and never lock a good key out', async () => {
    let asked = 0;
    await open({
      limits: { wrongKeyBurst: 2, wrongKeysPerSecond: 1 },
      authenticate: async (key) => {
        asked += 1;
        return key === apiKey ? builtCaller : null;
      },
    });
    const statusWith = async (key: string): Promise<number> =>
      (await bench.send('GET', '/api/v1/providers', { key })).status;
    expect(await statusWith(apiKey)).toBe(200);
    expect([await statusWith('a'), await statusWith('b'), await statusWith('c')]).toEqual([401, 401, 429]);
    expect(asked).toBe(3);
    expect(await statusWith(apiKey)).toBe(200);
    bench.system.advance(1_000);
    expect(await statusWith('d')).toBe(401);
  });
});

describe('paths and methods', () => {
  it('unknown paths are problems', async () => {
    await open();
    for (const path of [
      '/nothing',
      '/api/v1/nothing',
      '/api/v1/jobs/',
      '/docs/package.json',
      '/docs/..%2fx',
    ]) {
      expect((await bench.problem('GET', path)).code).toBe('not_found');
    }
  });

  it.each([
    ['PUT', '/api/v1/jobs', 'GET, HEAD, POST'],
    ['DELETE', '/api/v1/jobs/job_1', 'GET, HEAD'],
    ['GET', '/api/v1/quotes', 'POST'],
    ['POST', '/health', 'GET, HEAD'],
    ['OPTIONS', '/api/v1/assets', 'GET, HEAD, POST'],
  ])('%s %s is refused with what is taken', async (method, path, allow) => {
    await open();
    const reply = await bench.send(method, path);
    expect(reply.status).toBe(405);
    expect(reply.headers.get('allow')?.split(', ').sort().join(', ')).toBe(allow);
  });

  it('an error below a known path stays what it is', async () => {
    await open();
    expect((await bench.problem('GET', '/api/v1/jobs/job_1')).code).toBe('not_found');
  });
});

describe('headers', () => {
  it('let no other origin in and no page frame us', async () => {
    await open();
    const reply = await bench.send('GET', '/api/v1/jobs', { headers: { origin: 'https://evil.example' } });
    expect(Object.fromEntries(reply.headers)).toMatchObject({
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'cache-control': 'no-store',
    });
    expect([...reply.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('give each request an id of its own, whatever the client sends', async () => {
    await open();
    const ids = new Set<string | null>();
    for (let count = 0; count < 3; count += 1) {
      const reply = await bench.send('GET', '/health', { key: null, headers: { 'request-id': 'mine' } });
      ids.add(reply.headers.get('request-id'));
    }
    expect(ids.size).toBe(3);
    expect(ids).not.toContain('mine');
  });
});
