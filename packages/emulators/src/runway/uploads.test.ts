import { describe, expect, it } from 'vitest';
import { runwayClientOf, runwayEmulatorFor, uploadablePicture } from '../__tests__/runway-client.ts';
import type { RunwayTestClient } from '../__tests__/runway-client.ts';

const { fetch } = globalThis;

interface Place {
  readonly uploadUrl: string;
  readonly fields: Record<string, string>;
  readonly runwayUri: string;
}

const open = async (client: RunwayTestClient): Promise<Place> =>
  (await client.call('POST', '/v1/uploads', { filename: 'a.png', type: 'ephemeral' }))
    .json as unknown as Place;

async function store(place: Place, parts: readonly (readonly [string, string | File])[]): Promise<number> {
  const form = new FormData();
  for (const [name, part] of parts) {
    form.append(name, part);
  }
  const response = await fetch(place.uploadUrl, { method: 'POST', body: form });
  await response.arrayBuffer();
  return response.status;
}

const use = (client: RunwayTestClient, uri: string) =>
  client.call('POST', '/v1/image_to_video', {
    model: 'gen4_turbo',
    ratio: '1280:720',
    duration: 1,
    promptImage: uri,
  });

describe('the second step of an upload', () => {
  it('takes all fields in their order and the file at the end, with metadata between them or without', async () => {
    const { client } = await runwayEmulatorFor();
    const file = await uploadablePicture();
    for (const metadata of [[], [['metadata', '{}'] as const]]) {
      const place = await open(client);
      const parts = [...Object.entries(place.fields), ...metadata, ['file', file] as const];
      expect(await store(place, parts)).toBe(204);
      expect((await use(client, place.runwayUri)).status).toBe(200);
    }
  });

  it.each<[string, (fields: [string, string][], file: File) => (readonly [string, string | File])[], number]>(
    [
      ['the file first', (fields, file) => [['file', file], ...fields], 400],
      ['another order', (fields, file) => [...fields.toReversed(), ['file', file]], 403],
      ['a field less', (fields, file) => [...fields.slice(1), ['file', file]], 403],
      ['a field more', (fields, file) => [...fields, ['acl', 'public'], ['file', file]], 403],
      ['no file', (fields) => fields, 400],
      [
        'a tiny file',
        (fields) => [...fields, ['file', new File(['x'], 'a.png', { type: 'image/png' })]],
        400,
      ],
      [
        'a file of another type',
        (fields, file) => [...fields, ['file', new File([file], 'a.mp4', { type: 'video/mp4' })]],
        400,
      ],
    ],
  )('refuses %s', async (_, partsOf, status) => {
    const { client } = await runwayEmulatorFor();
    const place = await open(client);
    expect(await store(place, partsOf(Object.entries(place.fields), await uploadablePicture()))).toBe(status);
    expect((await use(client, place.runwayUri)).status).toBe(400);
  });

  it('is there once', async () => {
    const { client } = await runwayEmulatorFor();
    const place = await open(client);
    const parts = [...Object.entries(place.fields), ['file', await uploadablePicture()] as const];
    expect([await store(place, parts), await store(place, parts)]).toEqual([204, 403]);
  });
});

describe('an upload', () => {
  it('needs a name and its type', async () => {
    const { client } = await runwayEmulatorFor();
    for (const body of [{}, { filename: 'a.png' }, { filename: 'a.png', type: 'forever' }]) {
      expect((await client.call('POST', '/v1/uploads', body)).status).toBe(400);
    }
  });

  it('belongs to its organization and ends after a day', async () => {
    const { emulator, client, clock } = await runwayEmulatorFor();
    const uri = await client.upload(await uploadablePicture());
    const stranger = runwayClientOf(emulator, 'key_test_2');
    expect((await use(stranger, uri)).json['issues']).toMatchObject([
      { path: ['promptImage'], message: 'The Runway URI is not known' },
    ]);
    clock.advance(86_399);
    expect((await use(client, uri)).status).toBe(200);
    clock.advance(1);
    expect((await use(client, uri)).json['issues']).toMatchObject([
      { message: 'The Runway URI has expired' },
    ]);
  });

  it('of a picture is no source to extend', async () => {
    const { client } = await runwayEmulatorFor();
    const uri = await client.upload(await uploadablePicture());
    const { status, json } = await client.call('POST', '/v1/video_to_video', {
      model: 'gemini_omni_flash_1.1',
      mode: 'extend',
      promptText: 'on',
      videoUri: uri,
    });
    expect(status).toBe(400);
    expect(json['issues']).toMatchObject([{ path: ['videoUri'] }]);
  });
});

describe('an input that is no upload', () => {
  it('may be a data URI', async () => {
    const { client } = await runwayEmulatorFor();
    const bytes = Buffer.from(await (await uploadablePicture()).arrayBuffer());
    expect((await use(client, `data:image/png;base64,${bytes.toString('base64')}`)).status).toBe(200);
    expect(
      (await use(client, `data:image/png;base64,${Buffer.from('text').toString('base64')}`)).status,
    ).toBe(400);
  });

  it('may be a URL when the emulator was given a way to fetch it', async () => {
    const { client: offline } = await runwayEmulatorFor();
    expect((await use(offline, 'https://example.com/a.png')).json['issues']).toMatchObject([
      { message: 'Failed to fetch asset' },
    ]);
    const picture = await uploadablePicture();
    const { client } = await runwayEmulatorFor({ fetchForeignUrl: async () => new Response(picture) });
    expect((await use(client, 'https://example.com/a.png')).status).toBe(200);
  });
});
