import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Asset, Job, Lineage, List, ProviderManifest, Submission } from '@pixsim7/contracts';
import { openProviderBench } from '../../apps/server/src/http/__tests__/provider-bench.ts';
import type { ProviderBench } from '../../apps/server/src/http/__tests__/provider-bench.ts';
import { startLanternEmulator } from './emulator/emulator.ts';
import { createLanternAdapter, lanternManifest } from './provider/index.ts';

// The whole application with Lantern next to the providers that ship: not a line of it knows the name.

let bench: ProviderBench;

beforeEach(async () => {
  bench = await openProviderBench([
    {
      adapter: createLanternAdapter({ fetch, createUuid: () => crypto.randomUUID() }),
      emulator: { start: startLanternEmulator, credentials: { api_key: 'lk_sandbox' } },
    },
  ]);
});

afterEach(() => bench.closeAll());

const boat = { prompt: 'a paper boat', duration: 1 };
const create = (params: object, operation: Job['operation_type'] = 'text_to_video'): Promise<Job> =>
  bench.createJob({ provider_id: 'lantern', operation_type: operation, params });

async function ended(job: Job): Promise<Job> {
  await bench.run();
  return bench.readJob(job.id);
}

it('is listed, and serves its manifest', async () => {
  expect((await bench.json<List<{ id: string }>>('GET', '/api/v1/providers')).data).toContainEqual(
    expect.objectContaining({ id: 'lantern', name: 'Lantern', models: ['glow-1'], accounts: 1 }),
  );
  expect(await bench.json<ProviderManifest>('GET', '/api/v1/providers/lantern')).toEqual(lanternManifest);
});

it('makes a video for the quoted price, and another one from its frame', async () => {
  const request = { provider_id: 'lantern', operation_type: 'text_to_video', params: boat } as const;
  expect(await bench.quote(request)).toMatchObject({ credits: 2, unit: 'matches', warnings: [] });
  const first = await ended(await bench.createJob(request));
  expect(first).toMatchObject({
    status: 'completed',
    model: 'glow-1',
    credits: { quoted: 2, charged: 2, held: 0, unit: 'matches' },
    assets: [{ mime_type: 'video/mp4', state: 'stored', width: 640, height: 360, duration_s: 1 }],
  });
  const file = await bench.send('GET', first.assets[0]?.content_url ?? '', {
    headers: { range: 'bytes=4-7' },
  });
  expect(await file.text()).toBe('ftyp');

  const poster = await bench.send('GET', first.assets[0]?.poster_url ?? '');
  const frame = await bench.upload(new Uint8Array(await poster.arrayBuffer()), 'frame.webp');
  const second = await ended(await create({ ...boat, image_url: frame.id }, 'image_to_video'));
  const lineage = await bench.json<Lineage>('GET', `/api/v1/assets/${second.assets[0]?.id}/lineage`);
  expect(lineage.edges).toMatchObject([{ parent_id: frame.id, relation: 'first_frame' }]);
});

it('refuses what the manifest rules out, with the values that it takes', async () => {
  const problem = await bench.problem('POST', '/api/v1/jobs', {
    json: { provider_id: 'lantern', operation_type: 'text_to_video', params: { ...boat, quality: '4k' } },
  });
  expect(problem.errors).toEqual([
    expect.objectContaining({ pointer: '/params/quality', code: 'not_allowed', allowed: ['360p', '720p'] }),
  ]);
});

it('stops a running video and its costs', async () => {
  const job = await create({ ...boat, prompt: 'a boat [seconds:60]' });
  await bench.run(async () => {
    const { stage } = await bench.readJob(job.id);
    if (stage === 'generating') {
      await bench.send('POST', `/api/v1/jobs/${job.id}/cancel`);
    }
  });
  expect(await bench.readJob(job.id)).toMatchObject({
    status: 'cancelled',
    credits: { charged: 0, held: 0 },
  });
  expect(await bench.generationOf(job)).toMatchObject({ state: 'cancelled' });
  expect((await bench.json<List<Asset>>('GET', `/api/v1/assets?job_id=${job.id}`)).data).toEqual([]);
});

it.each([
  ['[refuse]', { code: 'input_moderated', class: 'ContentFilteredError', charged: 'no' }],
  ['[moderate]', { code: 'output_moderated', class: 'ContentFilteredError', charged: 'no' }],
  ['[fail]', { code: 'provider_failed', class: 'ProviderError', charged: 'no' }],
])('tells of %s why there is no video', async (word, error) => {
  const job = await ended(await create({ ...boat, prompt: `a boat ${word}` }));
  expect(job).toMatchObject({ status: 'failed', error, credits: { charged: 0 }, assets: [] });
});

it('pays once for a submit whose answer was lost', async () => {
  await bench.control('lantern').addFault({
    match: { method: 'POST', path: '/v1/videos' },
    action: 'drop_after_accept',
    times: 1,
  });
  const job = await ended(await create(boat));
  expect(job).toMatchObject({ status: 'completed', credits: { charged: 2 } });
  expect((await bench.control('lantern').state()).generations).toHaveLength(1);
  const { data } = await bench.json<List<Submission>>('GET', `/api/v1/jobs/${job.id}/submissions`);
  expect(data).toMatchObject([{ number: 1, state: 'stored' }]);
});

it('is chosen by the rules when it is the cheapest', async () => {
  const job = await ended(
    await bench.createJob({ provider_id: 'auto', operation_type: 'text_to_video', params: boat }),
  );
  expect(job).toMatchObject({ status: 'completed', provider_id: 'lantern' });
});
