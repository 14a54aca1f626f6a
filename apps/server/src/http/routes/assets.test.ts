import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Asset, AssetId, Lineage, List } from '@pixsim7/contracts';
import { buildAsset, buildLineageEdge, createImageFile } from '@pixsim7/testkit/builders';
import { caller, openBench } from '../__tests__/http-bench.ts';
import type { HttpBench } from '../__tests__/http-bench.ts';
import { fileForm } from '../__tests__/media-forms.ts';

let bench: HttpBench;
let bytes: Uint8Array;
let asset: Asset;

beforeAll(async () => {
  bench = await openBench();
  bytes = await createImageFile({ width: 640, height: 360 });
  asset = await upload('Photo of "a boat".html');
});

afterAll(() => bench.close());

const upload = (name: string): Promise<Asset> =>
  bench.json('POST', '/api/v1/assets', { body: fileForm(bytes, name) });

describe('POST /api/v1/assets', () => {
  it('keeps an uploaded file and says what it is', async () => {
    const reply = await bench.send('POST', '/api/v1/assets', { body: fileForm(bytes, 'boat.png') });
    const created = (await reply.json()) as Asset;
    expect(reply.status).toBe(201);
    expect(reply.headers.get('location')).toBe(`/api/v1/assets/${created.id}`);
    expect(created).toMatchObject({
      origin: 'uploaded',
      state: 'stored',
      name: 'boat.png',
      mime_type: 'image/png',
      width: 640,
      height: 360,
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    });
  });

  it('refuses more than 200 MB by the announced length', async () => {
    const problem = await bench.problem('POST', '/api/v1/assets', {
      body: 'x',
      headers: {
        'content-type': 'multipart/form-data; boundary=abc',
        'content-length': String(201 * 1024 ** 2),
      },
    });
    expect(problem).toMatchObject({ status: 413, code: 'payload_too_large' });
  });

  it.each([
    ['no boundary', { 'content-type': 'multipart/form-data; boundary=""' }, 400],
    ['a body that ends early', { 'content-type': 'multipart/form-data; boundary=abc' }, 400],
    ['no media type', { 'content-type': '' }, 415],
    ['raw bytes', { 'content-type': 'image/png' }, 415],
    ['a form of text', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
  ])('refuses %s', async (_, headers, status) => {
    const problem = await bench.problem('POST', '/api/v1/assets', { body: '--abc\r\n', headers });
    expect(problem.status).toBe(status);
  });

  it('refuses another field, and leaves nothing behind', async () => {
    const before = (await bench.json<List<Asset>>('GET', '/api/v1/assets')).data.length;
    const form = fileForm(bytes, 'boat.png');
    form.append('note', 'hello');
    const problem = await bench.problem('POST', '/api/v1/assets', { body: form });
    expect(problem).toMatchObject({ code: 'invalid_params', errors: [{ pointer: '/note' }] });
    expect((await bench.json<List<Asset>>('GET', '/api/v1/assets')).data).toHaveLength(before);
  });

  it('refuses an import without a URL or with an unknown field', async () => {
    expect((await bench.problem('POST', '/api/v1/assets', { json: {} })).errors).toMatchObject([
      { pointer: '/url', code: 'required' },
    ]);
    const unknown = await bench.problem('POST', '/api/v1/assets', { json: { url: 'https://x', title: 'y' } });
    expect(unknown.errors).toMatchObject([{ pointer: '/title', allowed: ['name', 'url'] }]);
  });
});

describe('GET /api/v1/assets/{id}/content', () => {
  const content = (headers: Record<string, string> = {}, query = '', method = 'GET') =>
    bench.send(method, `/api/v1/assets/${asset.id}/content${query}`, { headers });
  const bytesOf = async (reply: Response): Promise<Buffer> => Buffer.from(await reply.arrayBuffer());

  it('serves the bytes so that nothing can run and caches keep them', async () => {
    const reply = await content();
    expect(reply.status).toBe(200);
    expect((await bytesOf(reply)).equals(bytes)).toBe(true);
    expect(Object.fromEntries(reply.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-length': String(bytes.length),
      'accept-ranges': 'bytes',
      etag: `"${asset.sha256}"`,
      'cache-control': 'private, max-age=31536000, immutable',
      'content-disposition':
        'inline; filename="Photo of _a boat_.png"; filename*=UTF-8\'\'Photo%20of%20_a%20boat_.png',
      'x-content-type-options': 'nosniff',
    });
    expect(reply.headers.get('content-security-policy')).toContain('sandbox');
  });

  it('is saved when asked to', async () => {
    const reply = await content({}, '?download=1');
    await reply.body?.cancel();
    expect(reply.headers.get('content-disposition')).toMatch(/^attachment;/);
    expect(
      (await bench.problem('GET', `/api/v1/assets/${asset.id}/content?download=yes`)).errors,
    ).toMatchObject([{ pointer: '/download', allowed: ['0', '1'] }]);
  });

  it.each([
    ['bytes=0-9', 0, 9],
    ['bytes=10-', 10, -1],
    ['bytes=-7', -7, -1],
  ])('serves %s', async (range, start, end) => {
    const reply = await content({ range });
    const at = (index: number): number => (index < 0 ? bytes.length + index : index);
    expect(reply.status).toBe(206);
    expect(reply.headers.get('content-range')).toBe(`bytes ${at(start)}-${at(end)}/${bytes.length}`);
    expect(reply.headers.get('content-length')).toBe(String(at(end) - at(start) + 1));
    expect((await bytesOf(reply)).equals(bytes.subarray(at(start), at(end) + 1))).toBe(true);
  });

  it('says how long the file is when the range lies outside', async () => {
    const reply = await content({ range: `bytes=${bytes.length}-` });
    expect(reply.status).toBe(416);
    expect(reply.headers.get('content-range')).toBe(`bytes */${bytes.length}`);
  });

  it('answers 304 to who has it, and the whole to who has another version', async () => {
    const same = await content({ 'if-none-match': `"${asset.sha256}"`, range: 'bytes=0-1' });
    expect([same.status, await same.text()]).toEqual([304, '']);
    expect(same.headers.get('etag')).toBe(`"${asset.sha256}"`);
    const changed = await content({ 'if-range': '"another"', range: 'bytes=0-1' });
    expect(changed.status).toBe(200);
    await changed.body?.cancel();
    const unchanged = await content({ 'if-range': `"${asset.sha256}"`, range: 'bytes=0-1' });
    expect(unchanged.status).toBe(206);
    await unchanged.body?.cancel();
  });

  it('answers HEAD without opening the file', async () => {
    const reply = await content({ range: 'bytes=0-9' }, '', 'HEAD');
    expect(reply.status).toBe(206);
    expect(reply.headers.get('content-length')).toBe('10');
    expect(reply.body).toBeNull();
  });

  it('is a failure of ours when the bytes are gone', async () => {
    const lonely = buildAsset({ ownerId: caller.userId });
    await bench.database.transaction((transaction) => transaction.assets.insert(lonely, []));
    const problem = await bench.problem('GET', `/api/v1/assets/${lonely.id}/content`);
    expect(problem).toMatchObject({ status: 500, code: 'internal', charged: 'no' });
    expect(JSON.stringify(problem)).not.toContain(lonely.blobHash);
    expect(bench.log).toContainEqual(
      expect.objectContaining({
        level: 'error',
        fields: expect.objectContaining({ request_id: problem.request_id }) as object,
      }),
    );
  });
});

describe('other assets routes', () => {
  it('serve the poster once it is made', async () => {
    const fresh = await upload('fresh.png');
    expect(fresh).toMatchObject({ poster_url: null, poster_state: 'pending' });
    expect((await bench.problem('GET', `/api/v1/assets/${fresh.id}/poster`)).code).toBe('not_found');
    await bench.queue.runUntilIdle();
    const made = await bench.json<Asset>('GET', `/api/v1/assets/${fresh.id}`);
    expect(made.poster_state).toBe('made');
    const reply = await bench.send('GET', made.poster_url ?? '');
    expect(reply.status).toBe(200);
    expect(reply.headers.get('content-type')).toMatch(/^image\//);
    expect(Number(reply.headers.get('content-length'))).toBe((await reply.arrayBuffer()).byteLength);
    const bare = buildAsset({ ownerId: caller.userId });
    await bench.database.transaction((transaction) => transaction.assets.insert(bare, []));
    expect((await bench.problem('GET', `/api/v1/assets/${bare.id}/poster`)).code).toBe('not_found');
  });

  it('list by filter, and read one', async () => {
    const images = await bench.json<List<Asset>>('GET', '/api/v1/assets?media_type=image&origin=uploaded');
    expect(images.data).toContainEqual(await bench.json('GET', `/api/v1/assets/${asset.id}`));
    expect((await bench.json<List<Asset>>('GET', '/api/v1/assets?media_type=audio')).data).toEqual([]);
    await bench.queue.runUntilIdle();
    expect(await bench.json('GET', `/api/v1/assets/${asset.id}`)).toEqual({
      ...asset,
      poster_state: 'made',
      poster_url: `/api/v1/assets/${asset.id}/poster`,
    });
    expect((await bench.problem('GET', '/api/v1/assets?job_id=nonsense')).errors).toMatchObject([
      { pointer: '/job_id' },
    ]);
  });

  it('show the lineage to a depth', async () => {
    const rows = [0, 1, 2].map(() => buildAsset({ ownerId: caller.userId }));
    const [a, b, c] = rows.map(({ id }) => id) as [AssetId, AssetId, AssetId];
    await bench.database.transaction(async ({ assets, lineage }) => {
      for (const row of rows) {
        await assets.insert(row, []);
      }
      await lineage.insert([
        buildLineageEdge({ parentId: a, childId: b }),
        buildLineageEdge({ parentId: b, childId: c }, { relation: 'extends', atS: 5 }),
      ]);
    });
    const far = await bench.json<Lineage>('GET', `/api/v1/assets/${c}/lineage`);
    expect(far.nodes.map(({ id }) => id).sort()).toEqual([a, b, c].sort());
    expect(far.edges).toHaveLength(2);
    const near = await bench.json<Lineage>('GET', `/api/v1/assets/${c}/lineage?depth=1`);
    expect(near.edges).toMatchObject([{ parent_id: b, child_id: c, relation: 'extends', at_s: 5 }]);
    expect((await bench.problem('GET', `/api/v1/assets/${c}/lineage?depth=0`)).errors).toMatchObject([
      { pointer: '/depth', allowed: { minimum: 1 } },
    ]);
  });

  it('delete, and then nothing of it is found', async () => {
    const { id } = await upload('gone.png');
    expect((await bench.send('DELETE', `/api/v1/assets/${id}`)).status).toBe(204);
    for (const [method, rest] of [
      ['GET', ''],
      ['GET', '/content'],
      ['GET', '/poster'],
      ['GET', '/lineage'],
      ['DELETE', ''],
    ] as const) {
      expect((await bench.problem(method, `/api/v1/assets/${id}${rest}`)).code).toBe('not_found');
    }
  });

  it('belong to their workspace', async () => {
    const foreign = buildAsset({
      workspaceId: 'wsp_0000000000000000000000000b' as typeof caller.workspaceId,
    });
    await bench.database.transaction((transaction) => transaction.assets.insert(foreign, []));
    expect((await bench.problem('GET', `/api/v1/assets/${foreign.id}`)).code).toBe('not_found');
    expect((await bench.problem('GET', `/api/v1/assets/${foreign.id}/content`)).code).toBe('not_found');
  });
});
