import { describe, expect, it } from 'vitest';
import { clientOf, emulatorFor, textOf } from '../__tests__/client.ts';
import type { TestClient } from '../__tests__/client.ts';
import { filmFile } from '../__tests__/media-files.ts';
import { stateDirectory } from '../__tests__/state-directory.ts';
import { isJsonObject } from '../http/lossless-json.ts';
import type { JsonObject } from '../http/lossless-json.ts';

const path = '/account/billing/usage-detail';
const window: JsonObject = { start_time: '2026-02-01 00:00:00', end_time: '2026-03-02 00:00:00' };

function itemsOf({ items }: JsonObject): JsonObject[] {
  return Array.isArray(items) ? items.filter(isJsonObject) : [];
}

async function usage(client: TestClient, change: JsonObject = {}): Promise<JsonObject> {
  return (await client.post(path, { ...window, ...change })).resp;
}

describe('POST /account/billing/usage-detail', () => {
  it('has nothing to tell of an account that did nothing', async () => {
    const { client } = await emulatorFor();
    expect(await usage(client)).toEqual({ items: [], next_cursor: '', has_more: false });
  });

  it('tells what was consumed, and what came back when it came back', async () => {
    const { client, emulator, clock } = await emulatorFor({ renderSeconds: [5, 5] });
    const first = await client.submit();
    clock.advance(1);
    const failing = await client.submit({ prompt: '[fail]', duration: 2 });
    const consumed = [
      {
        id: BigInt(`${failing}1`),
        video_id: failing,
        creation_type: 'text_to_video',
        credits_status: 'consume',
        credits: 10,
        created_at: '2026-03-01 12:00:01',
      },
      {
        id: BigInt(`${first}1`),
        video_id: first,
        creation_type: 'text_to_video',
        credits_status: 'consume',
        credits: 5,
        created_at: '2026-03-01 12:00:00',
      },
    ];
    expect(itemsOf(await usage(client))).toEqual(consumed);
    clock.advance(5);
    const refund = {
      ...consumed[0],
      id: BigInt(`${failing}2`),
      credits_status: 'refund',
      created_at: '2026-03-01 12:00:06',
    };
    expect(itemsOf(await usage(client))).toEqual([refund, ...consumed]);
    expect(itemsOf(await usage(client, { credits_status: 'refund' }))).toEqual([refund]);
    expect(itemsOf(await usage(clientOf(emulator, 'sk-other')))).toEqual([]);
    await emulator.whenIdle();
  });

  it('filters by kinds, and has mask selections and pictures', async () => {
    const { client } = await emulatorFor();
    const film = await client.media(await filmFile(160, 90, 1));
    await client.post('/video/mask/selection', { video_media_id: film });
    const picture = await client.post('/image/template/generate', {
      img_ids: [await client.image()],
      template_id: 384_631_857_552_768,
    });
    await client.submit({ prompt: '[stuck]' });
    const kinds = async (types: string[]) =>
      itemsOf(await usage(client, { creation_type: types })).map((item) => item['creation_type']);
    expect(await kinds(['swap_mask'])).toEqual(['swap_mask']);
    const two = ['swap_mask', 'text_to_video'];
    expect(new Set(await kinds(two))).toEqual(new Set(two));
    expect(await kinds([])).toHaveLength(3);
    const [item] = itemsOf(await usage(client, { creation_type: ['image_to_image'] }));
    expect(item?.['image_id']).toEqual(picture.resp['image_id']);
  });

  it('includes both ends of the window', async () => {
    const { client } = await emulatorFor();
    await client.submit({ prompt: '[stuck]' });
    const count = async (start: string, end: string) =>
      itemsOf(await usage(client, { start_time: `2026-03-01 ${start}`, end_time: `2026-03-01 ${end}` }))
        .length;
    expect(await count('12:00:00', '12:00:00')).toBe(1);
    expect(await count('12:00:01', '13:00:00')).toBe(0);
    expect(await count('11:00:00', '11:59:59')).toBe(0);
  });

  it('goes on from its cursor, whatever else is sent and whatever comes in between', async () => {
    const { client, clock } = await emulatorFor({ maxConcurrent: 9 });
    const ids: bigint[] = [];
    for (let count = 0; count < 5; count += 1) {
      ids.unshift(await client.submit({ prompt: '[stuck]' }));
      clock.advance(1);
    }
    const first = await usage(client, { limit: 2, creation_type: ['text_to_video'] });
    expect(first['has_more']).toBe(true);
    await client.submit({ prompt: '[stuck]' });
    const second = await client.post(path, { cursor: textOf(first, 'next_cursor'), limit: 2 });
    const third = await client.post(path, { cursor: textOf(second.resp, 'next_cursor'), limit: 2 });
    expect(third.resp).toMatchObject({ has_more: false, next_cursor: '' });
    const seen = [first, second.resp, third.resp].flatMap(itemsOf).map((item) => item['video_id']);
    expect(seen).toEqual(ids);
  });

  it.each<[JsonObject, number]>([
    [{ start_time: null }, 400011],
    [{ end_time: null }, 400011],
    [{ start_time: '2026-02-01' }, 400017],
    [{ start_time: '2026-02-30 00:00:00' }, 400017],
    [{ start_time: 1_769_904_000 }, 400013],
    [{ start_time: '2026-03-03 00:00:00' }, 400017],
    [{ start_time: '2026-01-30 23:59:59' }, 400017],
    [{ start_time: '2026-01-31 00:00:00' }, 0],
    [{ limit: 0 }, 400017],
    [{ limit: 101 }, 400017],
    [{ limit: 100 }, 0],
    [{ credits_status: 'gift' }, 400017],
    [{ creation_type: ['poem'] }, 400017],
    [{ creation_type: 'swap' }, 400013],
    [{ cursor: 'x' }, 400013],
  ])('%j gives %i', async (change, code) => {
    const { client } = await emulatorFor();
    expect((await client.post(path, { ...window, ...change })).code).toBe(code);
  });

  it('is the same after a restart', async () => {
    const stateDir = await stateDirectory();
    const first = await emulatorFor({ stateDir });
    await first.client.submit({ prompt: '[fail]' });
    await first.client.control('POST', '/charges', { api_key: 'sk-test-key-1', credits: 30 });
    const before = await usage(first.client);
    const second = await emulatorFor({ stateDir, clock: first.clock });
    expect(itemsOf(before)).toHaveLength(3);
    expect(await usage(second.client)).toEqual(before);
  });
});

describe('POST /_emulator/charges', () => {
  it('spends and gives back what this emulator made nothing for', async () => {
    const { client } = await emulatorFor({ credits: 100 });
    await client.get('/account/balance');
    const body = { api_key: 'sk-test-key-1', credits: 30, creation_type: 'swap' };
    const { status, json } = await client.control('POST', '/charges', body);
    expect([status, json]).toEqual([
      201,
      {
        video_id: expect.stringMatching(/^\d{18}$/),
        creation_type: 'swap',
        credits_status: 'consume',
        credits: 30,
        created_at: '2026-03-01 12:00:00',
      },
    ]);
    const refund = { ...body, credits: 10, credits_status: 'refund', created_at: '2026-02-28 00:00:00' };
    await client.control('POST', '/charges', refund);
    expect((await client.get('/account/balance')).resp['credit_monthly']).toBe(80);
    expect(itemsOf(await usage(client))).toMatchObject([
      { video_id: BigInt(textOf(json, 'video_id')), creation_type: 'swap', credits_status: 'consume' },
      { credits_status: 'refund', credits: 10, created_at: '2026-02-28 00:00:00' },
    ]);
    expect((await client.control('GET', '/state')).json['credits_left']).toBe(80);
  });

  it.each([
    [{ api_key: 'sk-nobody', credits: 1 }, 'api_key'],
    [{ api_key: 'sk-test-key-1' }, 'credits'],
    [{ api_key: 'sk-test-key-1', credits: 0 }, 'credits'],
    [{ api_key: 'sk-test-key-1', credits: 1, creation_type: 'poem' }, 'creation_type'],
    [{ api_key: 'sk-test-key-1', credits: 1, created_at: 'today' }, 'created_at'],
    [{ api_key: 'sk-test-key-1', credits: 1, why: 'fun' }, 'why'],
  ])('refuses %j', async (body, field) => {
    const { client } = await emulatorFor();
    await client.get('/account/balance');
    const { status, json } = await client.control('POST', '/charges', body);
    expect([status, json['field']]).toEqual([400, field]);
  });
});
