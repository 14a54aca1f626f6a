import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Account, Asset, Job, List, ProviderSummary } from '@pixsim7/contracts';
import { emulators } from '@pixsim7/emulators';
import type { Emulator } from '@pixsim7/emulators';
import { buildCaller, builtCaller, createImageFile } from '@pixsim7/testkit/builders';
import { createEmulatorControl } from '@pixsim7/testkit/conformance';
import { apiKey, openBench } from './__tests__/http-bench.ts';
import type { HttpBench } from './__tests__/http-bench.ts';
import { fileForm } from './__tests__/media-forms.ts';

// Two workspaces on one server. Neither sees, counts, changes or is told anything of the other. The routes are read from the
// OpenAPI document, so a new one cannot be forgotten.

const strangersKey = 'px7_the-key-of-a-stranger';
const stranger = buildCaller();

let bench: HttpBench;
let emulator: Awaited<ReturnType<Emulator['start']>>;
let stateDir: string;
/** Things of the first workspace, by the word that stands for them in a path. */
let own: { readonly job: Job; readonly asset: Asset; readonly account: Account };
let operations: readonly Operation[];

interface Operation {
  readonly method: string;
  readonly path: string;
}

interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

beforeAll(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'pixsim7-workspaces-'));
  bench = await openBench({
    authenticate: async (key) => (key === apiKey ? builtCaller : key === strangersKey ? stranger : null),
  });
  await bench.database.transaction(({ users }) =>
    users.ensureOwner(builtCaller.workspaceId, builtCaller.userId, bench.system.now()),
  );
  const sandbox = emulators['pixverse'];
  if (sandbox === undefined) {
    throw new Error('PixVerse has no emulator.');
  }
  emulator = await sandbox.start({ port: 0, stateDir, clock: () => bench.system.now() });
  const account = await bench.json<Account>('POST', '/api/v1/accounts', {
    json: {
      provider_id: 'pixverse',
      label: 'Ours',
      base_url: emulator.baseUrl,
      credentials: sandbox.credentials,
    },
  });
  const image = await bench.json<Asset>('POST', '/api/v1/assets', {
    body: fileForm(await createImageFile({ width: 640, height: 360 }), 'boat.png'),
  });
  const made = await bench.json<Job>('POST', '/api/v1/jobs', {
    json: {
      provider_id: 'pixverse',
      operation_type: 'image_to_video',
      params: { prompt: 'a paper boat', image_url: image.id },
    },
    headers: { 'idempotency-key': 'one-of-ours' },
  });
  await bench.queue.runUntilIdle(() => emulator.whenIdle());
  const job = await bench.json<Job>('GET', `/api/v1/jobs/${made.id}`);
  if (job.status !== 'completed') {
    throw new Error(`The job of the first workspace is ${job.status}.`);
  }
  own = { job, asset: image, account };
  const { paths } = await bench.json<OpenApiDocument>('GET', '/openapi.json');
  operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path })),
  );
});

afterAll(async () => {
  await bench.close();
  await emulator.close();
  await rm(stateDir, { recursive: true, force: true });
});

/** The path with an id of the first workspace in it; null for one that names nothing of a workspace. */
function pathToOurs({ path }: Operation): string | null {
  const names = { jobs: own.job.id, assets: own.asset.id, accounts: own.account.id } as const;
  const [, kind] = /^\/api\/v1\/(jobs|assets|accounts)\/\{id\}/u.exec(path) ?? [];
  return kind === undefined ? null : path.replace('{id}', names[kind as keyof typeof names]);
}

/** A valid body for the operations that need one. */
const bodies: Readonly<Record<string, unknown>> = {
  'PATCH /api/v1/accounts/{id}': { label: 'Theirs' },
  'POST /api/v1/jobs/{id}/resolve': { action: 'give_up' },
};

/** Everything by which somebody could tell that the first workspace is there. */
function traces(): string[] {
  const { job, asset, account } = own;
  return [
    job.id,
    asset.id,
    account.id,
    ...job.assets.map(({ id }) => id),
    'a paper boat',
    'Ours',
    'boat.png',
  ];
}

async function asStranger(method: string, path: string, json?: unknown): Promise<Response> {
  return bench.send(method, path, { key: strangersKey, ...(json === undefined ? {} : { json }) });
}

describe('a caller of another workspace', () => {
  it('finds nothing by its id, on any route', async () => {
    const before = await everythingOfOurs();
    let tried = 0;
    for (const operation of operations) {
      const path = pathToOurs(operation);
      if (path === null) {
        continue;
      }
      tried += 1;
      const name = `${operation.method} ${operation.path}`;
      const reply = await asStranger(operation.method, path, bodies[name]);
      expect([name, reply.status]).toEqual([name, 404]);
    }
    // Jobs: read, cancel, retry, resolve, attempts; assets: read, delete, lineage, content, poster; accounts: four.
    expect(tried).toBeGreaterThanOrEqual(14);
    expect(await everythingOfOurs()).toEqual(before);
  });

  it('sees no trace in anything that it may read', async () => {
    const readable = operations.filter(
      ({ method, path }) =>
        method === 'GET' && path.startsWith('/api/') && !path.includes('{') && path !== '/api/v1/events',
    );
    expect(readable.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['/api/v1/jobs', '/api/v1/assets', '/api/v1/accounts', '/api/v1/providers']),
    );
    for (const { path } of readable) {
      const text = await (await asStranger('GET', path)).text();
      for (const trace of traces()) {
        expect([path, text]).toEqual([path, expect.not.stringContaining(trace)]);
      }
    }
    const { data } = await bench.json<List<ProviderSummary>>('GET', '/api/v1/providers', {
      key: strangersKey,
    });
    expect(data.map(({ accounts }) => accounts)).toEqual(data.map(() => 0));
  });

  it('is told no event', async () => {
    const read = async (key: string): Promise<string> => {
      const leaving = new AbortController();
      const reply = await bench.send('GET', '/api/v1/events?after=0', { key, signal: leaving.signal });
      const reader = reply.body?.pipeThrough(new TextDecoderStream()).getReader();
      if (reader === undefined) {
        throw new Error('There is no stream.');
      }
      let text = '';
      // The greeting, the whole history, and then the first heartbeat: what follows has not happened yet.
      while (!text.includes(': heartbeat')) {
        bench.system.advance(15_000);
        text += (await reader.read()).value ?? '';
      }
      leaving.abort();
      return text;
    };
    await bench.core.events.publish();
    expect(await read(apiKey)).toContain(own.job.id);
    const theirs = await read(strangersKey);
    for (const trace of traces()) {
      expect(theirs).not.toContain(trace);
    }
    expect(theirs).not.toContain('data:');
  });

  it('uses neither an account nor a file of ours, and has idempotency keys of its own', async () => {
    const request = {
      provider_id: 'pixverse',
      operation_type: 'image_to_video',
      params: { prompt: 'a train', image_url: own.asset.id },
    };
    const ofFile = await bench.problem('POST', '/api/v1/jobs', { key: strangersKey, json: request });
    expect(ofFile.errors).toMatchObject([{ pointer: '/params/image_url', code: 'not_found' }]);
    const text = { ...request, operation_type: 'text_to_video', params: { prompt: 'a train' } };
    const ofAccount = await bench.problem('POST', '/api/v1/jobs', {
      key: strangersKey,
      json: { ...text, account_id: own.account.id },
    });
    expect(ofAccount.errors).toMatchObject([{ pointer: '/account_id', code: 'not_found' }]);
    const control = createEmulatorControl(emulator.url);
    const { generations } = await control.state();
    const job = await bench.json<Job>('POST', '/api/v1/jobs', {
      key: strangersKey,
      json: text,
      headers: { 'idempotency-key': 'one-of-ours' },
    });
    await bench.queue.runUntilIdle(() => emulator.whenIdle());
    const waiting = await bench.json<Job>('GET', `/api/v1/jobs/${job.id}`, { key: strangersKey });
    expect(waiting).toMatchObject({ status: 'pending', wait: { reason: 'account' } });
    expect((await control.state()).generations).toHaveLength(generations.length);
  });

  it('may have the same credentials without being told of ours', async () => {
    const reply = await asStranger('POST', '/api/v1/accounts', {
      provider_id: 'pixverse',
      label: 'Theirs',
      base_url: emulator.baseUrl,
      credentials: emulators['pixverse']?.credentials,
    });
    expect(reply.status).toBe(201);
  });

  async function everythingOfOurs(): Promise<unknown[]> {
    return Promise.all(
      ['/api/v1/jobs', '/api/v1/assets', '/api/v1/accounts'].map((path) => bench.json('GET', path)),
    );
  }
});

describe('a key without a scope', () => {
  it('is refused with the name of the scope', async () => {
    const reader = { ...builtCaller, scopes: ['jobs:read'] as const };
    const limited = await openBench({ authenticate: async () => reader });
    expect((await limited.send('GET', '/api/v1/jobs')).status).toBe(200);
    for (const [method, path, scope] of [
      ['POST', '/api/v1/jobs', 'jobs:write'],
      ['GET', '/api/v1/assets', 'assets:read'],
      ['GET', '/api/v1/accounts', 'accounts:read'],
      ['GET', '/api/v1/events', 'events:read'],
      ['GET', '/metrics', 'operations:read'],
      ['GET', '/admin/queues', 'operations:read'],
    ] as const) {
      const json = { provider_id: 'pixverse', operation_type: 'text_to_video', params: { prompt: 'a boat' } };
      const problem = await limited.problem(method, path, method === 'POST' ? { json } : {});
      expect(problem).toMatchObject({
        status: 403,
        code: 'forbidden',
        detail: expect.stringContaining(scope),
      });
    }
    await limited.close();
  });

  it('hears nothing of accounts from a request that its schema refuses', async () => {
    const reader = { ...builtCaller, scopes: ['assets:read'] as const };
    const limited = await openBench({ authenticate: async () => reader });
    const json = {
      provider_id: 'pixverse',
      operation_type: 'text_to_video',
      params: { prompt: 'a boat', seed: 'x' },
      account_id: 'acc_01k3v5m2q8r7t9w0x4y6z1a2b3',
    };
    const { errors } = await limited.problem('POST', '/api/v1/jobs', { json });
    expect(errors.map(({ pointer }) => pointer)).toEqual(['/params/seed']);
    await limited.close();
  });

  it('gets the reply to what its own scope allows', async () => {
    const writer = { ...builtCaller, scopes: ['jobs:write', 'assets:write', 'accounts:write'] as const };
    const limited = await openBench({ authenticate: async () => writer });
    const json = { provider_id: 'pixverse', operation_type: 'text_to_video', params: { prompt: 'a boat' } };
    const created = await limited.send('POST', '/api/v1/jobs', { json });
    expect(created.status).toBe(201);
    const job = (await created.json()) as Job;
    expect((await limited.send('POST', `/api/v1/jobs/${job.id}/cancel`)).status).toBe(200);
    expect((await limited.send('POST', `/api/v1/jobs/${job.id}/retry`)).status).toBe(201);
    expect((await limited.send('GET', `/api/v1/jobs/${job.id}`)).status).toBe(403);
    await limited.close();
  });
});
