import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Account, List } from '@pixsim7/contracts';
import { startPixverseEmulator } from '@pixsim7/emulators';
import type { PixverseEmulator } from '@pixsim7/emulators';
import { openBench } from '../__tests__/http-bench.ts';
import type { HttpBench } from '../__tests__/http-bench.ts';

const secret = 'sk-the-secret-of-the-operator';
let emulator: PixverseEmulator;
let bench: HttpBench;

beforeAll(async () => {
  emulator = await startPixverseEmulator({ credits: 300 });
});

afterAll(() => emulator.close());

beforeEach(async () => {
  bench = await openBench();
});

afterEach(() => bench.close());

const create = (changes: object = {}): Promise<Account> =>
  bench.json('POST', '/api/v1/accounts', {
    json: {
      provider_id: 'pixverse',
      label: 'Main',
      credentials: { api_key: secret },
      base_url: emulator.baseUrl,
      ...changes,
    },
  });

describe('accounts', () => {
  it('are created with their balance, and never show their credentials', async () => {
    const reply = await bench.send('POST', '/api/v1/accounts', {
      json: {
        provider_id: 'pixverse',
        label: 'Main',
        credentials: { api_key: secret },
        base_url: emulator.baseUrl,
        max_concurrent: 2,
      },
    });
    const text = await reply.text();
    const account = JSON.parse(text) as Account;
    expect(reply.status).toBe(201);
    expect(reply.headers.get('location')).toBe(`/api/v1/accounts/${account.id}`);
    expect(account).toMatchObject({
      status: 'active',
      sandbox: false,
      slots: { used: 0, max: 2 },
      balance: { known: true, amount: 300, spendable: 300, held: 0 },
    });
    expect(text).not.toContain(secret);
    expect(JSON.stringify(bench.log)).not.toContain(secret);
  });

  it('are listed and read', async () => {
    const first = await create();
    bench.system.advance(1);
    const second = await create({ label: 'Second', credentials: { api_key: 'sk-another-key' } });
    const list = await bench.json<List<Account>>('GET', '/api/v1/accounts?provider_id=pixverse');
    expect(list.data.map(({ id }) => id)).toEqual([first.id, second.id]);
    expect(await bench.json('GET', `/api/v1/accounts/${first.id}`)).toEqual(list.data[0]);
    expect((await bench.json<List<Account>>('GET', '/api/v1/accounts?provider_id=other')).data).toEqual([]);
  });

  it('are changed in the fields that are sent', async () => {
    const { id } = await create();
    const changed = await bench.json<Account>('PATCH', `/api/v1/accounts/${id}`, {
      json: { label: 'Renamed', enabled: false },
    });
    expect(changed).toMatchObject({ label: 'Renamed', enabled: false, base_url: emulator.baseUrl });
  });

  it('are disabled when the provider refuses their credentials, and come back with good ones', async () => {
    const { id } = await create({ credentials: { api_key: 'revoked' } });
    expect(await bench.json('GET', `/api/v1/accounts/${id}`)).toMatchObject({
      status: 'disabled',
      balance: { known: false },
    });
    const changed = await bench.json('PATCH', `/api/v1/accounts/${id}`, {
      json: { credentials: { api_key: secret } },
    });
    expect(changed).toMatchObject({ status: 'active', balance: { known: true } });
  });

  it('are refreshed on demand', async () => {
    const { id, balance } = await create();
    bench.system.advance(60_000);
    const refreshed = await bench.json<Account>('POST', `/api/v1/accounts/${id}/refresh`);
    expect(Date.parse(refreshed.balance.observed_at ?? '')).toBe(
      Date.parse(balance.observed_at ?? '') + 60_000,
    );
  });

  it('are removed, and then not found', async () => {
    const { id } = await create();
    const reply = await bench.send('DELETE', `/api/v1/accounts/${id}`);
    expect([reply.status, await reply.text()]).toEqual([204, '']);
    expect((await bench.problem('GET', `/api/v1/accounts/${id}`)).code).toBe('not_found');
    expect((await bench.problem('DELETE', `/api/v1/accounts/${id}`)).code).toBe('not_found');
    expect((await bench.problem('PATCH', `/api/v1/accounts/${id}`, { json: {} })).code).toBe('not_found');
    expect((await bench.problem('POST', `/api/v1/accounts/${id}/refresh`)).code).toBe('not_found');
  });

  it.each([
    [{ provider_id: 'nobody' }, '/provider_id', expect.arrayContaining(['pixverse'])],
    [{ credentials: {} }, '/credentials/api_key', undefined],
    [
      { credentials: { api_key: 'sk-1', password: 'x' } },
      '/credentials/password',
      expect.arrayContaining(['api_key']),
    ],
    [{ max_concurrent: 0 }, '/max_concurrent', { minimum: 1 }],
    [{ base_url: 'ftp://example.com' }, '/base_url', expect.anything()],
    [{ label: '' }, '/label', { min_length: 1 }],
    [{ sandbox: true }, '/sandbox', expect.arrayContaining(['label'])],
  ])('refuse %j', async (changes, pointer, allowed) => {
    const problem = await bench.problem('POST', '/api/v1/accounts', {
      json: { provider_id: 'pixverse', label: 'Main', credentials: { api_key: secret }, ...changes },
    });
    expect(problem.errors.map((error) => error.pointer)).toEqual([pointer]);
    expect(problem.errors[0]?.allowed).toEqual(allowed);
    expect(JSON.stringify(problem)).not.toContain(secret);
    expect((await bench.json<List<Account>>('GET', '/api/v1/accounts')).data).toEqual([]);
  });
});

describe('providers', () => {
  it('are listed with the number of their accounts', async () => {
    await create();
    const { data } = await bench.json<List<{ id: string; accounts: number }>>('GET', '/api/v1/providers');
    const counted = data.map(({ id, accounts }) => [id, accounts]);
    const expected = bench.dependencies.registry.ids().map((id) => [id, id === 'pixverse' ? 1 : 0]);
    expect(counted).toEqual(expected);
    expect(data[0]).toMatchObject({ id: 'pixverse', object: 'provider' });
  });

  it('give their manifest', async () => {
    const manifest = await bench.json<object>('GET', '/api/v1/providers/pixverse');
    expect(manifest).toEqual(bench.dependencies.registry.get('pixverse').manifest);
    expect((await bench.problem('GET', '/api/v1/providers/nobody')).detail).toContain('pixverse');
  });
});
