import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type {
  Asset,
  Job,
  JobParameters,
  Lineage,
  LineageRelation,
  List,
  ModelManifest,
  OperationType,
  Progress,
  ProviderManifest,
} from '@pixsim7/contracts';
import { registerDefaultProviders } from '@pixsim7/providers';
import type { MappedRequest } from '@pixsim7/providers';
import { createWavFile } from '@pixsim7/testkit/builders';
import { formParameters } from './__tests__/form-parameters.ts';
import type { FormFiles } from './__tests__/form-parameters.ts';
import { openProviderBench } from './__tests__/provider-bench.ts';
import type { ProviderBench } from './__tests__/provider-bench.ts';

// Every operation of every provider through the API, against the emulators. What to expect is read from the manifests, so
// that the next provider is tested by being registered.

const registry = registerDefaultProviders({
  fetch: () => Promise.reject(new Error('Only manifests and mappings are used here.')),
  createUuid: () => 'uuid',
});
const manifests = registry.list().map(({ manifest }) => manifest);
const offers = manifests.flatMap((manifest) =>
  manifest.operations.map((offer) => ({
    provider: manifest.id,
    operation: offer.operation_type,
    model: defaultModelOf(manifest, offer.operation_type),
  })),
);

/** Long enough for several looks at the pace of each provider. */
const renderS = 60;

/** The relation to a source. */
const doneTo: Readonly<Partial<Record<OperationType, LineageRelation>>> = {
  video_extend: 'extends',
  lip_sync: 'lip_syncs',
  sound_effect: 'adds_sound_to',
  restyle: 'restyles',
  video_modify: 'modifies',
  swap: 'swaps_in',
  upscale: 'upscales',
  mask_selection: 'mask_of',
};

/** Credits of each provider's account. */
const budget = 10_000;

let bench: ProviderBench;

function defaultModelOf({ id, operations }: ProviderManifest, operation: OperationType): ModelManifest {
  const offer = operations.find((candidate) => candidate.operation_type === operation);
  const model = offer?.models.find((candidate) => candidate.model === offer.default_model);
  if (model === undefined) {
    throw new Error(`${id} does not offer ${operation}.`);
  }
  return model;
}

function mapped(provider: string, operation: OperationType, params: JobParameters): MappedRequest {
  const result = registry.get(provider).mapParameters(operation, params);
  if (!result.ok) {
    throw new Error(JSON.stringify(result.issues));
  }
  return result.mapped;
}

const create = (provider: string, operation: OperationType, params: JobParameters): Promise<Job> =>
  bench.createJob({ provider_id: provider, operation_type: operation, params });

/** A job of text alone, as short and coarse as the provider makes it. */
const createSimplest = (manifest: ProviderManifest): Promise<Job> =>
  create(
    manifest.id,
    'text_to_video',
    formParameters(defaultModelOf(manifest, 'text_to_video'), { image: '', video: '', audio: '', mask: '' }),
  );

function videoOf(job: Job): Asset {
  const [asset] = job.assets;
  if (job.status !== 'completed' || asset === undefined) {
    throw new Error(`${job.provider_id} made no video: ${job.status} ${JSON.stringify(job.error)}`);
  }
  return asset;
}

async function made(job: Job): Promise<Asset> {
  await bench.run();
  return videoOf(await bench.readJob(job.id));
}

/** The bytes are served, and were read as what they should be when they were stored. */
async function expectUsable(asset: Asset): Promise<void> {
  const isVideo = asset.media_type === 'video';
  expect(asset).toMatchObject({ mime_type: isVideo ? 'video/mp4' : 'image/png', state: 'stored' });
  expect(asset.width).toBeGreaterThan(0);
  expect((asset.duration_s ?? 0) > 0).toBe(isVideo);
  const range = isVideo ? 'bytes=4-7' : 'bytes=1-3';
  const file = await bench.send('GET', asset.content_url, { headers: { range } });
  expect([file.status, await file.text()]).toEqual([206, isVideo ? 'ftyp' : 'PNG']);
}

async function parentsOf(asset: Asset): Promise<string[]> {
  const { edges } = await bench.json<Lineage>('GET', `/api/v1/assets/${asset.id}/lineage?depth=1`);
  return edges
    .filter((edge) => edge.child_id === asset.id)
    .sort((left, right) => left.position - right.position)
    .map((edge) => `${edge.relation} ${edge.parent_id}`);
}

describe('every operation', () => {
  let files: FormFiles;
  /** A video that each provider made. */
  const clips = new Map<ProviderManifest, Asset>();

  beforeAll(async () => {
    bench = await openProviderBench();
    for (const manifest of manifests) {
      clips.set(manifest, await made(await createSimplest(manifest)));
    }
    const video = clipOf(manifests[0]).id;
    const mask = await made(await create('pixverse', 'mask_selection', { video_url: video }));
    const audio = await bench.upload(createWavFile(), 'voice.wav');
    files = { image: (await bench.uploadImage()).id, video, audio: audio.id, mask: mask.id };
  });
  afterAll(() => bench.closeAll());

  function clipOf(maker: ProviderManifest | undefined): Asset {
    const clip = maker === undefined ? undefined : clips.get(maker);
    if (clip === undefined) {
      throw new Error(`There is no clip of ${maker?.id}.`);
    }
    return clip;
  }

  it.each(offers)(
    '$operation at $provider costs what was quoted and leaves an asset with its origin',
    async ({ provider, operation, model }) => {
      const params = formParameters(model, files);
      const request = { provider_id: provider, operation_type: operation, params };
      const quote = await bench.quote(request);
      const { id } = await bench.createJob(request);
      await bench.run();
      const job = await bench.readJob(id);
      const asset = videoOf(job);
      expect(job).toMatchObject({ status: 'completed', stage: 'finished', error: null, model: model.model });
      await expectUsable(asset);

      // A price is known exactly where the manifest has a table, and then it is what is charged.
      const generation = await bench.generationOf(job);
      expect(quote.credits === null).toBe(model.tariff === null);
      expect(job.credits).toMatchObject({ quoted: quote.credits, held: 0, unit: quote.unit });
      // Masks come with the answer to their request, so no generation goes on for them.
      expect(generation === undefined).toBe(operation === 'mask_selection');
      expect(job.credits.charged).toBe(generation?.credits ?? quote.credits);
      expect(quote.credits ?? generation?.credits).toBe(job.credits.charged);

      const { slots } = mapped(provider, operation, params);
      expect(await parentsOf(asset)).toEqual(
        slots.map(({ role, source }) => `${role === 'source' ? doneTo[operation] : role} ${source}`),
      );
    },
  );

  const pairs = manifests.flatMap((maker) =>
    manifests.filter((taker) => taker !== maker).map((taker) => ({ maker, taker })),
  );

  it.each(pairs.filter(({ taker }) => taker.operations.some(offersExtend)))(
    'a video of $maker.id is extended at $taker.id',
    async ({ maker, taker }) => {
      const clip = clipOf(maker);
      const model = defaultModelOf(taker, 'video_extend');
      const longer = await made(
        await create(taker.id, 'video_extend', formParameters(model, { ...files, video: clip.id })),
      );
      await expectUsable(longer);
      expect(longer.duration_s).toBeGreaterThan(clip.duration_s ?? Infinity);
      expect(await parentsOf(longer)).toEqual([`extends ${clip.id}`]);
    },
  );

  // Once around: who takes a file does not see who made it.
  const ring = manifests.flatMap((maker, index) => {
    const taker = manifests.at((index + 1) % manifests.length);
    return taker === undefined ? [] : [{ maker, taker }];
  });

  it.each(ring)('a frame of a video of $maker.id begins one of $taker.id', async ({ maker, taker }) => {
    const clip = clipOf(maker);
    const poster = await bench.send('GET', clip.poster_url ?? 'there is no poster');
    const frame = await bench.upload(new Uint8Array(await poster.arrayBuffer()), 'frame.webp');
    const model = defaultModelOf(taker, 'image_to_video');
    const next = await made(
      await create(taker.id, 'image_to_video', formParameters(model, { ...files, image: frame.id })),
    );
    await expectUsable(next);
    expect(await parentsOf(next)).toEqual([`first_frame ${frame.id}`]);
  });
});

function offersExtend({ operation_type: operation }: ProviderManifest['operations'][number]): boolean {
  return operation === 'video_extend';
}

describe.each(manifests)('while $id works', (manifest) => {
  const { behaviour, id: provider } = manifest;

  beforeEach(async () => {
    bench = await openProviderBench();
    await bench.control(provider).changeSettings({ render_seconds: [renderS, renderS], credits: budget });
  });
  afterEach(() => bench.closeAll());

  it('says how far a job is as well as the provider tells', async () => {
    // One runs and one waits, where the provider lets jobs wait.
    if (behaviour.over_limit === 'queued') {
      await bench.control(provider).changeSettings({ max_concurrent: 1 });
    }
    const jobs = [await createSimplest(manifest), await createSimplest(manifest)];
    const seen: Progress[] = [];
    await bench.run(async () => {
      for (const job of jobs) {
        seen.push((await bench.readJob(job.id)).progress);
      }
    });
    for (const job of jobs) {
      expect((await bench.readJob(job.id)).status).toBe('completed');
    }

    const fractions = seen.flatMap(({ kind, ratio }) => (kind === 'provider' ? [ratio ?? -1] : []));
    const positions = seen.flatMap(({ queue_position: position }) => position ?? []);
    const estimates = seen.flatMap(({ kind, ratio }) => (kind === 'estimate' ? [ratio ?? -1] : []));
    expect(fractions.length > 0).toBe(behaviour.progress === 'fraction');
    expect(positions.length > 0).toBe(behaviour.progress === 'queue_position');
    expect(estimates.length).toBeGreaterThan(0);
    for (const ratio of [...fractions, ...estimates]) {
      expect(ratio).toBeGreaterThanOrEqual(0);
      expect(ratio).toBeLessThan(1);
    }
  });

  /** Cancels as soon as the provider has the job, and lets everything come to its end. */
  async function cancelOnce(job: Job) {
    let asked = false;
    await bench.run(async () => {
      if (asked || (await bench.readJob(job.id)).stage !== 'generating') {
        return;
      }
      asked = true;
      await bench.send('POST', `/api/v1/jobs/${job.id}/cancel`);
    });
    expect(asked).toBe(true);
    const { data: assets } = await bench.json<List<Asset>>('GET', `/api/v1/assets?job_id=${job.id}`);
    const { credits_left: left } = await bench.control(provider).state();
    const generation = await bench.generationOf(job);
    return { job: await bench.readJob(job.id), state: generation?.state, spent: budget - left, assets };
  }

  if (behaviour.cancel === 'any') {
    it('stops a running job and its costs', async () => {
      const { job, state, spent, assets } = await cancelOnce(await createSimplest(manifest));
      expect(job).toMatchObject({ status: 'cancelled', credits: { held: 0 } });
      expect([state, spent, assets]).toEqual(['cancelled', 0, []]);
      // A provider that forgets the job with its cancellation no longer says what it cost.
      expect([0, null]).toContain(job.credits.charged);
    });
  } else {
    it('stops a running job for the user, and keeps what is paid all the same', async () => {
      const { job, state, spent, assets } = await cancelOnce(await createSimplest(manifest));
      expect(job).toMatchObject({ status: 'cancelled', credits: { held: 0, charged: spent } });
      expect(state).toBe('succeeded');
      expect(assets).toMatchObject([{ late_result: true, state: 'stored' }]);
    });
  }

  if (behaviour.cancel === 'before_start') {
    it('stops a job that has not started at the provider, and its costs', async () => {
      await bench.control(provider).changeSettings({ max_concurrent: 1 });
      const first = await createSimplest(manifest);
      const { job, state, spent, assets } = await cancelOnce(await createSimplest(manifest));
      expect(job).toMatchObject({ status: 'cancelled', credits: { held: 0 } });
      expect([state, assets]).toEqual(['cancelled', []]);
      const other = await bench.readJob(first.id);
      expect(other).toMatchObject({ status: 'completed', credits: { charged: spent } });
    });
  }
});
