import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pixverseManifest, priceWithFiles } from '@pixsim7/providers';
import type { InputFile, InputSlot } from '@pixsim7/providers';
import { createVideoFile } from '../builders/media-files.ts';
import { createBench } from './conformance-bench.ts';
import type { ConformanceBench } from './conformance-bench.ts';
import { pixverseUnderTest } from './pixverse-under-test.ts';
import { sampleAudio, sampleFile, sampleImage } from './sample-files.ts';

// The prices of features go by the length of files. Adapter and emulator have tables of their own, written down
// separately: a slip in one of them shows here as a job that is charged other than it was quoted.

const videoS = 3;
const audioS = 2;

/** Those that have a price, but for swaps and masks, which need a mask of the same account first. */
const priced = pixverseManifest.operations
  .filter(({ models }) => models.some(({ tariff, inputs }) => tariff !== null && inputs.length > 0))
  .filter(({ models }) => models.every(({ parameters }) => parameters.duration === undefined))
  .map(({ operation_type: operation }) => operation);
const samples = pixverseUnderTest.samples.filter(({ operation }) => priced.includes(operation));

describe('prices of PixVerse features', () => {
  let bench: ConformanceBench;
  let video: InputFile;

  beforeAll(async () => {
    bench = await createBench(pixverseUnderTest);
    const bytes = await createVideoFile({ width: 64, height: 64, fps: 10, seconds: videoS });
    video = sampleFile(bytes, 'video', 'video/mp4');
  });
  afterAll(() => bench.emulator.close());

  it('covers every operation that has one', () => {
    expect(new Set(samples.map(({ operation }) => operation))).toEqual(new Set(priced));
    expect(priced).toEqual(
      expect.arrayContaining(['lip_sync', 'sound_effect', 'restyle', 'motion_control', 'upscale']),
    );
  });

  const byQuality = samples.flatMap((sample) => {
    const qualities = sample.operation === 'motion_control' ? ['360p', '540p', '720p'] : [undefined];
    return qualities.map((quality) => ({
      ...sample,
      name: [sample.name, quality].filter((part) => part !== undefined).join(' '),
      params: { ...sample.params, ...(quality === undefined ? {} : { quality }) },
    }));
  });

  it.each(byQuality)('$name costs what was quoted', async (sample) => {
    const submitted = await bench.submit(sample, { fileFor: (slot) => fileFor(slot) });
    const { mapped, token, account, result } = submitted;
    const quoted = priceWithFiles(mapped.price, mapped.slots, durationOf).credits;
    expect(quoted).toBeGreaterThan(0);
    if (result.outcome !== 'accepted') {
      throw new Error(result.error.message);
    }
    const { generations } = await bench.emulator.control.state();
    const generation = generations.find(({ trace_id: trace }) => trace === token);
    // Masks are no generation; their answer says what they cost.
    const end = await bench.check(account, result.handle);
    expect(generation?.credits ?? end.credits).toBe(quoted);
  });

  function fileFor({ specification }: InputSlot): InputFile {
    switch (specification.media_type) {
      case 'image':
        return sampleImage();
      case 'audio':
        return sampleAudio(audioS);
      case 'video':
        return video;
    }
  }

  function durationOf({ specification }: InputSlot): number | null {
    switch (specification.media_type) {
      case 'image':
        return null;
      case 'audio':
        return audioS;
      case 'video':
        return videoS;
    }
  }
});
