import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  CreateJobRequest,
  Job,
  JobParameters,
  Lineage,
  List,
  Quote,
  Submission,
} from '@pixsim7/contracts';
import { createImageFile, createVideoFile } from '@pixsim7/testkit/builders';
import { openProviderBench } from './__tests__/provider-bench.ts';
import type { ProviderBench } from './__tests__/provider-bench.ts';

// Files that one provider takes and another does not, through the API, against the emulators with their own limits.

let bench: ProviderBench;
beforeAll(async () => {
  bench = await openProviderBench();
});
afterAll(() => bench.closeAll());

/** A pattern, because Runway takes no file of fewer than 512 bytes and one colour needs less. */
function frame(step: number): Promise<Buffer> {
  const pixels = Buffer.from(Array.from({ length: 320 * 180 * 3 }, (_, index) => (index * step) % 251));
  return sharp(pixels, { raw: { width: 320, height: 180, channels: 3 } })
    .png()
    .toBuffer();
}
const movingFile = async (format: 'gif' | 'webp'): Promise<Buffer> =>
  sharp([await frame(7), await frame(11)], { join: { animated: true } })
    .toFormat(format)
    .toBuffer();

/** The fastest to render. */
const quick: Readonly<Record<string, JobParameters>> = {
  pixverse: { model: 'v6', quality: '360p', duration: 1 },
  runway: { model: 'seedance2_fast', quality: '480p', duration: 1 },
};
const picture = (provider: string, image: string): CreateJobRequest => ({
  operation_type: 'image_to_video',
  provider_id: provider,
  params: { ...quick[provider], prompt: 'it moves', image_url: image },
});
const dataUrl = (bytes: Uint8Array): string =>
  `data:application/octet-stream;base64,${Buffer.from(bytes).toString('base64')}`;
const codesOf = ({ warnings }: Pick<Quote, 'warnings'>): string[] => warnings.map(({ code }) => code);

/** As an asset and as a data URL: the same file has to fare the same. */
async function eachWay(bytes: Uint8Array): Promise<string[]> {
  return [(await bench.upload(bytes, 'file')).id, dataUrl(bytes)];
}

/** Why a request is refused, by quote and job alike. */
async function refusalOf(request: CreateJobRequest): Promise<string[]> {
  const ofQuote = await bench.problem('POST', '/api/v1/quotes', { json: request });
  const ofJob = await bench.problem('POST', '/api/v1/jobs', { json: request });
  expect(ofQuote).toMatchObject({ status: 422, code: 'invalid_media', charged: 'no' });
  expect(ofQuote.errors).toEqual(ofJob.errors);
  return ofQuote.errors.map(({ detail }) => detail);
}

describe('a picture of 500 x 3000', () => {
  let ways: string[];
  beforeAll(async () => {
    ways = await eachWay(await createImageFile({ format: 'jpeg', width: 500, height: 3_000 }));
  });

  it('is refused for Runway with value and limit, before anything is spent', async () => {
    for (const image of ways) {
      expect(await refusalOf(picture('runway', image))).toEqual([
        expect.stringMatching(
          /^500 x 3000 pixels, a ratio of 0\.167 .*at least 0\.5\. \(Known from the provider's replies/u,
        ),
      ]);
    }
  });

  it.each(['pixverse', 'pika'])('is taken by %s', async (provider) => {
    for (const image of ways) {
      expect(codesOf(await bench.quote(picture(provider, image)))).toEqual([]);
    }
  });

  it('goes to who can take it when the choice is left', async () => {
    for (const image of ways) {
      const { route } = await bench.quote(picture('auto', image));
      const states = (route?.candidates ?? []).map(({ provider_id: id, state }) => `${id} ${state}`);
      expect(states).toContain('runway refused');
    }
    const candidates = [{ provider_id: 'runway' }, { provider_id: 'pixverse' }];
    const { id } = await bench.createJob({ ...picture('auto', ways[0] ?? ''), candidates });
    await bench.run();
    expect(await bench.readJob(id)).toMatchObject({ status: 'completed', provider_id: 'pixverse' });
  });
});

describe('a file beyond a limit', () => {
  it('is refused by the bounds of its bytes, sides and length', async () => {
    const tiny = await createImageFile({ width: 2, height: 2 });
    for (const image of await eachWay(tiny)) {
      expect(await refusalOf(picture('runway', image))).toEqual([
        expect.stringMatching(/bytes; at least 512\.$/u),
      ]);
    }
    const { id: long } = await bench.upload(
      await createVideoFile({ width: 64, height: 64, fps: 2, seconds: 31 }),
      'long.mp4',
    );
    const extend: CreateJobRequest = {
      operation_type: 'video_extend',
      provider_id: 'pixverse',
      params: { prompt: 'on', video_url: long },
    };
    expect(await refusalOf(extend)).toEqual(['31 s long; at most 30 s.']);
  });

  it('is refused alike behind a data URL that is no picture', async () => {
    const page = dataUrl(new TextEncoder().encode('<html>'));
    expect(await refusalOf(picture('pixverse', page))).toEqual([expect.stringContaining('not a picture')]);
  });

  it('is not fetched for a quote, which says so', async () => {
    expect(codesOf(await bench.quote(picture('pixverse', 'https://example.com/a.png')))).toEqual([
      'file_not_checked',
    ]);
    const problem = await bench.problem('POST', '/api/v1/quotes', {
      json: picture('pixverse', 'http://127.0.0.1/a.png'),
    });
    expect(problem).toMatchObject({ code: 'unsafe_url', errors: [{ pointer: '/params/image_url' }] });
  });
});

describe('a picture that a provider does not take as it is', () => {
  it.each<[string, () => Promise<Uint8Array>, RegExp]>([
    ['a moving GIF', () => movingFile('gif'), /sent as image\/png\. Only its first frame/u],
    ['a moving WebP', () => movingFile('webp'), /Only its first frame/u],
    [
      'a turned JPEG',
      () => createImageFile({ format: 'jpeg', width: 400, height: 300, orientation: 6 }),
      /upright/u,
    ],
    ['a large PNG', () => createImageFile({ width: 8_400, height: 4_725 }), /scaled down to/u],
  ])(
    'is converted, with a warning in quote and job alike: %s',
    async (_, make, words) => {
      const [asset = '', data = ''] = await eachWay(await make());
      const requests = [picture('pixverse', asset), picture('runway', data)];
      for (const request of requests) {
        const quote = await bench.quote(request);
        const warning = quote.warnings.find(({ code }) => code === 'input_converted');
        expect(warning).toMatchObject({ pointer: '/params/image_url', detail: expect.stringMatching(words) });
        const job = await bench.createJob(request);
        expect(job.warnings).toContainEqual(warning);
        await bench.run();
        const done = await bench.readJob(job.id);
        expect([done.status, done.error]).toEqual(['completed', null]);
        // Its parent is the file that the person uploaded.
        const path = `/api/v1/assets/${done.assets[0]?.id}/lineage?depth=1`;
        const { edges } = await bench.json<Lineage>('GET', path);
        expect(edges.map(({ parent_id: parent }) => parent)).toEqual([done.params.image_url]);
      }
    },
    60_000,
  );

  it('keeps its original, and is converted once for an account', async () => {
    const original = await movingFile('gif');
    const asset = await bench.upload(original, 'moving.gif');
    const uploads = async (): Promise<number> =>
      (await bench.control('pixverse').state()).requests['POST /image/upload'] ?? 0;
    const before = await uploads();
    for (let count = 0; count < 2; count += 1) {
      await bench.createJob(picture('pixverse', asset.id));
    }
    await bench.run();
    expect((await uploads()) - before).toBe(1);
    const content = await bench.send('GET', asset.content_url);
    expect(Buffer.from(await content.arrayBuffer()).equals(original)).toBe(true);
  }, 60_000);
});

describe('a refusal of a file that only the provider knows of', () => {
  /** The next file is refused for its size, which no limit of ours foresees. */
  const refuseNextFile = (): Promise<unknown> =>
    bench.control('pixverse').addFault({
      match: { method: 'POST', path: '/image/upload' },
      action: 'err_code',
      value: 500033,
      times: 1,
    });
  let image: string;
  beforeAll(async () => {
    image = (await bench.upload(await createImageFile({ width: 640, height: 480 }), 'boat.png')).id;
  });

  it('ends a job that names the provider, with what the file is and what is known of the limits', async () => {
    await refuseNextFile();
    const { id } = await bench.createJob(picture('pixverse', image));
    await bench.run();
    const job = await bench.readJob(id);
    expect(job).toMatchObject({
      status: 'failed',
      error: { code: 'input_rejected', class: 'InvalidRequestError', charged: 'no', retryable: false },
      credits: { charged: 0 },
    });
    expect(job.error?.message).toMatch(
      /The file for first_frame is image\/png, 640 x 480 pixels, \d+ bytes\. Known limits: .*max_side_px 4000/u,
    );
  });

  it('moves a job on that left the choice', async () => {
    await refuseNextFile();
    const candidates = [{ provider_id: 'pixverse' }, { provider_id: 'runway' }];
    const { id } = await bench.createJob({ ...picture('auto', image), candidates });
    await bench.run();
    const job: Job = await bench.readJob(id);
    expect(job).toMatchObject({ status: 'completed', provider_id: 'runway' });
    expect(job.route?.candidates[0]).toMatchObject({ provider_id: 'pixverse', state: 'rejected' });
    const { data } = await bench.json<List<Submission>>('GET', `/api/v1/jobs/${id}/submissions`);
    expect(data.map(({ provider_id: at, state }) => `${at} ${state}`)).toEqual([
      'pixverse rejected',
      'runway stored',
    ]);
  }, 60_000);
});
