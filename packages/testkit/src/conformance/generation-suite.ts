import { beforeAll, describe, expect, it } from 'vitest';
import type { AccountAccess, InputFile } from '@pixsim7/providers';
import { handleOf } from './conformance-bench.ts';
import type { ConformanceBench } from './conformance-bench.ts';
import type { OperationSample, ProviderUnderTest } from './provider-under-test.ts';
import { isMp4, sampleImage, sampleVideo } from './sample-files.ts';

interface MadeVideo {
  readonly account: AccountAccess;
  readonly providerJobId: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** From parameters to a file, for each operation. */
export function describeGenerations(provider: ProviderUnderTest, bench: () => ConformanceBench): void {
  describe('generation', () => {
    let source: MadeVideo;
    beforeAll(async () => {
      source = await make(bench(), bench().simplest);
    });

    const needsVideo = (sample: OperationSample) => sample.params.video_url !== undefined;

    it.each(provider.samples.filter((sample) => !needsVideo(sample)))(
      '$name ends with a video',
      async (sample) => {
        expect(isMp4((await make(bench(), sample)).bytes)).toBe(true);
      },
    );

    it.each(provider.samples.filter(needsVideo))('$name takes an uploaded video', async (sample) => {
      const made = await make(bench(), sample, { fileFor: () => sampleVideo(source.bytes) });
      expect(isMp4(made.bytes)).toBe(true);
    });

    it.each(provider.samples.filter(needsVideo))(
      '$name takes a video that the account made',
      async (sample) => {
        const file = sampleVideo(source.bytes, madeBy(bench(), source));
        const made = await make(bench(), sample, { account: source.account, fileFor: () => file });
        expect(isMp4(made.bytes)).toBe(true);
      },
    );

    it.each(provider.samples.filter(needsVideo))(
      '$name takes a video that another account made',
      async (sample) => {
        const file = sampleVideo(source.bytes, madeBy(bench(), source));
        const made = await make(bench(), sample, { fileFor: () => file });
        expect(isMp4(made.bytes)).toBe(true);
      },
    );

    it('gets a link again after one that was refused', async () => {
      const { emulator } = bench();
      const submitted = await bench().submit(bench().simplest);
      const first = await bench().untilEnd(submitted.account, handleOf(submitted));
      const url = onlyUrl(first.outputs);
      await emulator.control.addFault({
        match: { method: 'GET', path: new URL(url).pathname },
        action: 'http_status',
        value: 403,
        times: 1,
      });
      const refused = await fetch(url);
      await refused.arrayBuffer();
      expect(refused.status).toBe(403);
      const later = await bench().check(submitted.account, handleOf(submitted));
      expect(isMp4(await download(onlyUrl(later.outputs)))).toBe(true);
    });
  });
}

function madeBy({ adapter }: ConformanceBench, video: MadeVideo): InputFile['madeBy'] {
  return {
    providerId: adapter.id,
    accountId: video.account.accountId,
    providerJobId: video.providerJobId,
  };
}

async function make(
  bench: ConformanceBench,
  sample: OperationSample,
  options: { account?: AccountAccess; fileFor?: () => InputFile } = {},
): Promise<MadeVideo> {
  const submitted = await bench.submit(sample, { fileFor: sampleImage, ...options });
  const handle = handleOf(submitted);
  const end = await bench.untilEnd(submitted.account, handle);
  expect(end).toMatchObject({ status: 'completed', error: null });
  expect(await bench.generationsSince(submitted)).toBe(1);
  return {
    account: submitted.account,
    providerJobId: submitted.result.outcome === 'accepted' ? submitted.result.providerJobId : '',
    bytes: await download(onlyUrl(end.outputs)),
  };
}

function onlyUrl(outputs: readonly { readonly url: string }[]): string {
  const [first, ...others] = outputs;
  if (first === undefined || others.length > 0) {
    throw new Error(`Expected one output, got ${outputs.length}.`);
  }
  return first.url;
}

async function download(url: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(url);
  expect(response.status).toBe(200);
  return new Uint8Array(await response.arrayBuffer());
}
