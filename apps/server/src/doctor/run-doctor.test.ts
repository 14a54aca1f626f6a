import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import type { ServerType } from '@hono/node-server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { messageOf } from '@pixsim7/core';
import { startPixverseEmulator } from '@pixsim7/emulators';
import type { PixverseEmulator } from '@pixsim7/emulators';
import { openDiskBlobStore } from '@pixsim7/infra';
import { apiKey } from '../http/__tests__/http-bench.ts';
import { openGenerationBench } from '../observability/__tests__/generation-bench.ts';
import type { GenerationBench } from '../observability/__tests__/generation-bench.ts';
import { tryOut } from './check-storage.ts';
import type { Finding } from './finding.ts';
import { runDoctor } from './run-doctor.ts';

let directory: string;
const closing: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pixsim7-doctor-'));
});

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) {
    await close();
  }
  await rm(directory, { recursive: true, force: true });
});

const run = (environment: Record<string, string> = {}): Promise<Finding[]> =>
  runDoctor({
    environment: { DATA_DIR: directory, PORT: '0', ...environment },
    nodeVersion: '20.19.0',
    now: Date.now,
    fetch: globalThis.fetch,
    createUuid: () => crypto.randomUUID(),
  });

const of = (findings: readonly Finding[], check: string): Finding[] =>
  findings.filter((finding) => finding.check === check);

const openEmulator = async (): Promise<PixverseEmulator> => {
  const emulator = await startPixverseEmulator({ renderSeconds: [1, 1], credits: 500 });
  closing.push(() => emulator.close());
  return emulator;
};

describe('on a machine where no server runs', () => {
  it('finds all well, and leaves nothing behind', async () => {
    const findings = await run();
    expect(findings.filter(({ status }) => status === 'problem')).toEqual([]);
    expect(of(findings, 'database')).toMatchObject([{ status: 'ok' }]);
    expect(of(findings, 'storage')).toMatchObject([{ status: 'ok' }]);
    const files = await readdir(directory, { recursive: true, withFileTypes: true });
    expect(files.filter((entry) => entry.isFile())).toEqual([]);
  });

  it('stops at settings that cannot be read', async () => {
    const findings = await run({ PORT: 'many' });
    expect(findings.map(({ check, status }) => [check, status])).toEqual([
      ['node', 'ok'],
      ['settings', 'problem'],
    ]);
  });

  it('makes no folder, and tells when it could not be made', async () => {
    const missing = join(directory, 'later');
    expect(of(await run({ DATA_DIR: missing }), 'data folder')).toMatchObject([{ status: 'ok' }]);
    expect(await readdir(directory)).toEqual([]);
    await writeFile(join(directory, 'file'), '');
    expect(of(await run({ DATA_DIR: join(directory, 'file', 'data') }), 'data folder')).toMatchObject([
      { status: 'problem' },
    ]);
  });

  it('names the program that holds the port', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    closing.push(async () => server.close());
    const { port } = server.address() as AddressInfo;
    server.on('connection', (socket) => socket.destroy());
    expect(of(await run({ PORT: String(port) }), 'address')).toMatchObject([{ status: 'problem' }]);
  });

  it('names the process that holds the database and does not answer', async () => {
    const locks = join(directory, 'database.lock');
    await mkdir(locks);
    const claim = { pid: process.pid, startTicks: null, bootId: null, host: hostname() };
    await writeFile(join(locks, 'one.claim.json'), JSON.stringify(claim));
    const [finding] = of(await run(), 'database');
    expect(finding).toMatchObject({ status: 'problem' });
    expect(finding?.detail).toContain(String(process.pid));
    expect(await readdir(locks)).toEqual(['one.claim.json']);
  });

  it('tries the key of the environment, for free', async () => {
    const emulator = await openEmulator();
    const environment = { PIXVERSE_API_KEY: 'sk-good', PIXVERSE_BASE_URL: emulator.baseUrl };
    expect(of(await run(environment), 'account')).toMatchObject([
      { status: 'ok', detail: 'pixverse "From the environment": the key works, 500 credits.' },
    ]);
    const refused = of(await run({ ...environment, PIXVERSE_API_KEY: 'not-a-key' }), 'account');
    expect(refused).toMatchObject([{ status: 'problem' }]);
    expect(JSON.stringify(refused)).not.toContain('not-a-key');
  });

  it('does not wait for servers that are not there', async () => {
    const findings = await run({
      DATABASE_URL: 'postgres://user:private-words@127.0.0.1:1/none',
      REDIS_URL: 'redis://:private-words@127.0.0.1:1',
      API_KEY: 'a-key-of-twenty-characters',
      SECRET_KEY: 'a-secret-of-thirty-two-characters',
      SANDBOX: 'off',
    });
    expect(of(findings, 'database')).toMatchObject([{ status: 'problem' }]);
    expect(of(findings, 'redis')).toMatchObject([{ status: 'problem' }]);
    expect(JSON.stringify(findings)).not.toContain('private-words');
  });
});

describe('beside a running server', () => {
  let bench: GenerationBench;
  let port: number;

  beforeEach(async () => {
    bench = await openGenerationBench();
    closing.push(() => bench.closeAll());
    const server = await new Promise<ServerType>((resolve) => {
      const starting = serve({ fetch: bench.app.fetch, hostname: '127.0.0.1', port: 0 }, () =>
        resolve(starting),
      );
    });
    closing.push(() => new Promise((resolve) => server.close(resolve)));
    port = (server.address() as AddressInfo).port;
  });

  const environment = (): Record<string, string> => ({ PORT: String(port), API_KEY: apiKey });

  it('asks that server instead of touching what it holds', async () => {
    const findings = await run(environment());
    expect(findings.filter(({ status }) => status !== 'ok')).toEqual([]);
    expect(of(findings, 'server')[0]?.detail).toContain('is healthy');
    expect(of(findings, 'database')[0]?.detail).toContain('running server');
    expect(of(findings, 'account')[0]?.detail).toBe('pixverse "Main": active, 1000 credits.');
    expect(of(findings, 'address')[0]?.detail).toContain('in use by the running server');
  });

  it('tells what that server finds wrong', async () => {
    await bench.queue.offer(messageOf('check', 'sub_1'), bench.system.now() - 120_000);
    bench.system.advance(2_000);
    expect(of(await run(environment()), 'server')).toMatchObject([{ status: 'warning' }]);
    await bench.database.close();
    bench.system.advance(2_000);
    const findings = await run(environment());
    expect(of(findings, 'database')).toMatchObject([{ status: 'problem' }]);
  });

  it('says that the key is another one', async () => {
    const findings = await run({ ...environment(), API_KEY: 'another-key-of-the-tests' });
    expect(of(findings, 'account')).toMatchObject([{ status: 'warning' }]);
  });

  it('tells of an account whose key the provider refuses', async () => {
    await bench.send('PATCH', `/api/v1/accounts/${bench.account.id}`, {
      json: { credentials: { api_key: 'not-a-key' } },
    });
    const findings = await run(environment());
    expect(of(findings, 'account')).toMatchObject([{ status: 'problem' }]);
  });
});

it('a store that gives other bytes back is found out', async () => {
  const store = await openDiskBlobStore({ directory });
  const lying = { ...store, read: async () => new Response('others').body as ReadableStream<Uint8Array> };
  await expect(tryOut(lying)).rejects.toThrow('different');
  await tryOut(store);
});
