import { beforeAll, describe, expect, it } from 'vitest';
import type { InputSpecification, MediaType } from '@pixsim7/contracts';
import type { AccountAccess, InputFile } from '@pixsim7/providers';
import { handleOf } from './conformance-bench.ts';
import type { ConformanceBench } from './conformance-bench.ts';
import type { OperationSample, ProviderUnderTest } from './provider-under-test.ts';
import { isMp4, isPng, sampleAudio, sampleFile, sampleImage, sampleVideo } from './sample-files.ts';

interface MadeOutput {
  readonly account: AccountAccess;
  /** The provider's name for it. */
  readonly providerId: string;
  readonly mediaType: MediaType;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** From parameters to a file, for each operation. */
export function describeGenerations(provider: ProviderUnderTest, bench: () => ConformanceBench): void {
  describe('generation', () => {
    let source: MadeOutput;
    beforeAll(async () => {
      source = await make(bench(), bench().simplest);
    });

    const needsVideo = ({ params }: OperationSample) => params.video_url !== undefined;
    const needsMask = ({ params }: OperationSample) =>
      params.mask !== undefined || params.masks !== undefined;

    it.each(provider.samples.filter((sample) => !needsVideo(sample)))(
      '$name ends with what it should make',
      async (sample) => {
        expect(isFile(await make(bench(), sample))).toBe(true);
      },
    );

    it.each(provider.samples.filter((sample) => needsVideo(sample) && !needsMask(sample)))(
      '$name takes an uploaded video',
      async (sample) => {
        expect(isFile(await make(bench(), sample, { video: sampleVideo(source.bytes) }))).toBe(true);
      },
    );

    it.each(provider.samples.filter(needsVideo))(
      '$name takes a video that the account made',
      async (sample) => {
        const video = sampleVideo(source.bytes, madeBy(bench(), source));
        const { account } = source;
        const mask = needsMask(sample) ? await makeMask(bench(), provider, { account, video }) : undefined;
        expect(
          isFile(await make(bench(), sample, { account, video, ...(mask === undefined ? {} : { mask }) })),
        ).toBe(true);
      },
    );

    it.each(provider.samples.filter((sample) => needsVideo(sample) && !needsMask(sample)))(
      '$name takes a video that another account made',
      async (sample) => {
        const video = sampleVideo(source.bytes, madeBy(bench(), source));
        expect(isFile(await make(bench(), sample, { video }))).toBe(true);
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

function madeBy({ adapter }: ConformanceBench, output: MadeOutput): InputFile['madeBy'] {
  return {
    providerId: adapter.id,
    accountId: output.account.accountId,
    providerJobId: output.providerId,
  };
}

/** The files of a generation besides pictures and sound. */
interface Files {
  readonly account?: AccountAccess;
  readonly video?: InputFile;
  readonly mask?: InputFile;
}

async function make(
  bench: ConformanceBench,
  sample: OperationSample,
  files: Files = {},
): Promise<MadeOutput> {
  const { account, video, mask } = files;
  const submitted = await bench.submit(sample, {
    ...(account === undefined ? {} : { account }),
    fileFor: ({ role, specification }) => {
      if (role === 'mask' && mask !== undefined) {
        return mask;
      }
      return specification.media_type === 'video' && video !== undefined ? video : sampleOf(specification);
    },
  });
  const handle = handleOf(submitted);
  const end = await bench.untilEnd(submitted.account, handle);
  expect(end).toMatchObject({ status: 'completed', error: null });
  // Masks come with the answer to their request: no generation goes on for them.
  expect(await bench.generationsSince(submitted)).toBe(sample.operation === 'mask_selection' ? 0 : 1);
  const [first] = end.outputs;
  const jobId = submitted.result.outcome === 'accepted' ? submitted.result.providerJobId : '';
  return {
    account: submitted.account,
    providerId: first?.id ?? jobId,
    mediaType: first?.mediaType ?? 'video',
    bytes: await download(sample.operation === 'mask_selection' ? (first?.url ?? '') : onlyUrl(end.outputs)),
  };
}

/** A mask of a video, under the account that asks for it. */
async function makeMask(
  bench: ConformanceBench,
  provider: ProviderUnderTest,
  files: Files,
): Promise<InputFile> {
  const sample = provider.samples.find(({ operation }) => operation === 'mask_selection');
  if (sample === undefined) {
    throw new Error('A sample with a mask needs one of mask_selection.');
  }
  const made = await make(bench, sample, files);
  return { ...sampleFile(made.bytes, 'image', 'image/png'), madeBy: madeBy(bench, made) };
}

function sampleOf({ media_type: mediaType }: InputSpecification): InputFile {
  switch (mediaType) {
    case 'image':
      return sampleImage();
    case 'audio':
      return sampleAudio();
    case 'video':
      throw new Error('A video comes from a generation.');
  }
}

function isFile({ mediaType, bytes }: MadeOutput): boolean {
  return mediaType === 'image' ? isPng(bytes) : isMp4(bytes);
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
