import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccountId, AssetId, CreateJobRequest, JobParameters } from '@pixsim7/contracts';
import type { MapParameters } from '@pixsim7/providers/contract';
import { chunksOf, createBench, createFakeProvider, fakeMediaBytes } from '@pixsim7/testkit/bench';
import type { Bench } from '@pixsim7/testkit/bench';
import { buildId, builtCaller, buildCaller } from '@pixsim7/testkit/builders';
import { RequestError } from '../model/request-error.ts';

/** Takes wide pictures only, and none whose shape it has only heard of. */
const choosy: MapParameters = (operation, params) => {
  const mapping = createFakeProvider().mapParameters(operation, params);
  if (!mapping.ok) {
    return mapping;
  }
  const slots = mapping.mapped.slots.map((slot) => ({
    ...slot,
    specification: { ...slot.specification, min_ratio: 1, evidence: { min_ratio: 'observed' } as const },
  }));
  return { ok: true, mapped: { ...mapping.mapped, slots } };
};

const pictures = {
  plain: {},
  tall: { width: 300, height: 1_800 },
  gif: { mimeType: 'image/gif', animated: true },
  heic: { mimeType: 'image/heic', width: 8_000, height: 6_000 },
};
const dataUrl = (bytes: Uint8Array): string =>
  `data:application/octet-stream;base64,${Buffer.from(bytes).toString('base64')}`;

/** Everything that a person may put where a file belongs. */
type Source =
  | {
      readonly kind: 'asset';
      readonly name: keyof typeof pictures | 'video' | 'sound' | 'deleted' | 'foreign';
    }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'url' };

const sources: fc.Arbitrary<Source> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom<Source>({ kind: 'asset', name: 'plain' }, { kind: 'asset', name: 'heic' }),
  },
  fc.record({
    kind: fc.constant('asset' as const),
    name: fc.constantFrom('plain', 'tall', 'gif', 'heic', 'video', 'sound', 'deleted', 'foreign'),
  }),
  fc.record({
    kind: fc.constant('text' as const),
    text: fc.constantFrom(
      buildId('asset'),
      dataUrl(fakeMediaBytes('image', 'data')),
      dataUrl(fakeMediaBytes('image', 'data', pictures.tall)),
      dataUrl(fakeMediaBytes('image', 'data', pictures.gif)),
      dataUrl(fakeMediaBytes('video', 'data')),
      dataUrl(new TextEncoder().encode('<html>')),
      'data:image/png;base64,',
      'data:image/png,abc',
      'not a URL',
      '',
    ),
  }),
  fc.constant({ kind: 'url' as const }),
);

const requests = fc.record(
  {
    operation_type: fc.constantFrom(
      'text_to_video',
      'image_to_video',
      'video_extend',
      'video_transition',
      'fusion',
    ),
    provider_id: fc.oneof(
      { weight: 20, arbitrary: fc.constantFrom('simulated', 'choosy', 'auto', 'auto') },
      fc.constant('nobody'),
    ),
    prompt: fc.constantFrom('a boat', 'a boat', 'a boat', undefined),
    duration: fc.constantFrom(undefined, 5, 5, 8, 7),
    files: fc.array(sources, { maxLength: 3 }),
    candidates: fc.constantFrom<CreateJobRequest['candidates'][]>(
      undefined,
      undefined,
      undefined,
      undefined,
      [{ provider_id: 'choosy' }],
      [{ provider_id: 'choosy', model: 'dream-1' }, { provider_id: 'simulated' }],
      [{ provider_id: 'nobody' }],
    ),
    max_credits: fc.constantFrom(undefined, undefined, undefined, 100, 10, 9),
    account: fc.constantFrom(undefined, undefined, undefined, undefined, 'known', 'unknown'),
  },
  { requiredKeys: ['operation_type', 'provider_id', 'files'] },
);
type Drawn = typeof requests extends fc.Arbitrary<infer Value> ? Value : never;

async function openWorld(): Promise<{ bench: Bench; assets: Map<string, AssetId>; accountId: AccountId }> {
  const bench = createBench({}, [createFakeProvider({}, { id: 'choosy', mapParameters: choosy })]);
  const { id: accountId } = await bench.addAccount();
  await bench.addAccount({ providerId: 'choosy' });
  bench.downloads.serve(
    'https://example.com/image',
    fakeMediaBytes('image', 'fetched', { width: 800, height: 600 }),
  );
  bench.downloads.serve('https://example.com/video', fakeMediaBytes('video', 'fetched'));
  const assets = new Map<string, AssetId>();
  const add = async (name: string, bytes: Uint8Array, owner = builtCaller): Promise<void> => {
    assets.set(name, (await bench.core.assets.upload(owner, chunksOf(bytes), null)).id);
  };
  for (const [name, facts] of Object.entries(pictures)) {
    await add(name, fakeMediaBytes('image', name, facts));
  }
  await add('video', fakeMediaBytes('video', 'a video'));
  await add('sound', fakeMediaBytes('audio', 'a sound'));
  await add('foreign', fakeMediaBytes('image', 'of somebody else'), buildCaller());
  await add('deleted', fakeMediaBytes('image', 'deleted'));
  await bench.core.assets.delete(builtCaller, assets.get('deleted') as AssetId);
  return { bench, assets, accountId };
}

function requestOf(drawn: Drawn, assets: Map<string, AssetId>, accountId: AccountId): CreateJobRequest {
  const text = (source: Source, kind: 'image' | 'video'): string => {
    switch (source.kind) {
      case 'asset':
        return assets.get(source.name) ?? '';
      case 'text':
        return source.text;
      // The file behind the URL fits, so only what is in the request itself can be refused.
      case 'url':
        return `https://example.com/${kind}`;
    }
  };
  const images = drawn.files.map((source) => text(source, 'image'));
  const [first] = drawn.files;
  const params: JobParameters = {
    ...(drawn.prompt === undefined ? {} : { prompt: drawn.prompt }),
    ...(drawn.duration === undefined ? {} : { duration: drawn.duration }),
    ...(drawn.operation_type === 'image_to_video' && images[0] !== undefined ? { image_url: images[0] } : {}),
    ...(drawn.operation_type === 'video_transition' ? { image_urls: images } : {}),
    ...(drawn.operation_type === 'video_extend' && first !== undefined
      ? { video_url: text(first, 'video') }
      : {}),
    ...(drawn.operation_type === 'fusion'
      ? {
          fusion_assets: images.map((image_url, index) => ({
            image_url,
            name: `n${index}`,
            type: index === 0 ? 'background' : 'subject',
          })),
        }
      : {}),
  };
  const account = drawn.account === 'known' ? accountId : buildId('account');
  return {
    operation_type: drawn.operation_type,
    provider_id: drawn.provider_id,
    params,
    ...(drawn.candidates === undefined ? {} : { candidates: drawn.candidates }),
    ...(drawn.max_credits === undefined ? {} : { max_credits: drawn.max_credits }),
    ...(drawn.account === undefined ? {} : { account_id: account }),
  };
}

/** null: it was taken. */
async function refusalOf(work: Promise<unknown>): Promise<object | null> {
  try {
    await work;
    return null;
  } catch (error) {
    if (!(error instanceof RequestError)) {
      throw error;
    }
    const { code, message, errors, retryable } = error;
    return { code, message, errors, retryable };
  }
}

describe('a quote', () => {
  it('refuses what the job would refuse, for the same reasons, and nothing else', async () => {
    const world = await openWorld();
    const seen = { taken: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(requests, async (drawn) => {
        const { bench, assets, accountId } = world;
        const request = requestOf(drawn, assets, accountId);
        const fetchedBefore = bench.downloads.requests.length;
        const quote = await refusalOf(bench.core.jobs.quote(builtCaller, request));
        expect(bench.downloads.requests).toHaveLength(fetchedBefore);
        const job = await refusalOf(bench.core.jobs.create(builtCaller, request, null));
        expect(quote).toEqual(job);
        seen[job === null ? 'taken' : 'refused'] += 1;
      }),
      { numRuns: 300, seed: 17 },
    );
    // Otherwise it would compare refusals with refusals.
    expect(seen.taken).toBeGreaterThan(40);
    expect(seen.refused).toBeGreaterThan(60);
  });

  it('tells the same of what it takes as the job does, and what it did not look at', async () => {
    const { bench, assets } = await openWorld();
    const request = bench.request({
      operation_type: 'video_transition',
      params: { image_urls: ['gif', 'heic'].map((name) => assets.get(name) ?? '') },
    });
    const quote = await bench.core.jobs.quote(builtCaller, request);
    expect(quote.warnings.map(({ code, pointer }) => `${code} ${pointer}`)).toEqual([
      'input_converted /params/image_urls/0',
      'input_converted /params/image_urls/1',
    ]);
    expect((await bench.addJob(request)).warnings).toEqual(quote.warnings);
    const byUrl = bench.request({
      operation_type: 'image_to_video',
      params: { image_url: 'https://example.com/image' },
    });
    expect((await bench.core.jobs.quote(builtCaller, byUrl)).warnings).toEqual([
      {
        pointer: '/params/image_url',
        code: 'file_not_checked',
        detail: expect.stringContaining('does not fetch URLs'),
      },
    ]);
    expect((await bench.addJob(byUrl)).warnings).toEqual([]);
  });
});
