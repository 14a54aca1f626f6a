import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobParameters, ModelManifest, OperationType } from '@pixsim7/contracts';
import { pixverseManifest } from '@pixsim7/providers';
import type { AccountAccess, ResolvedInput } from '@pixsim7/providers';
import { createBench, handleOf } from './conformance-bench.ts';
import type { ConformanceBench } from './conformance-bench.ts';
import { pixverseUnderTest } from './pixverse-under-test.ts';
import { sampleImage, sampleVideo } from './sample-files.ts';

// The adapter's tariffs and the emulator's prices were written down separately from the price list. A slip in one of them
// shows here as a job that is charged other than it was quoted.

/** A stuck generation is accepted and charged like any other, and no file is rendered for it. */
const stuck = '[stuck]';
/** Submits under way at a time. */
const breadth = 16;

describe('PixVerse prices', () => {
  let bench: ConformanceBench;
  let account: AccountAccess;
  const references = new Map<string, ResolvedInput>();

  beforeAll(async () => {
    bench = await createBench(pixverseUnderTest);
    await bench.emulator.control.changeSettings({ max_concurrent: 10_000, credits: 1_000_000_000 });
    account = bench.emulator.newAccount();
    references.set('image', await resolve('image_to_video', sampleImage()));
    const clip = await bench.submit(bench.simplest, { account });
    const end = await bench.untilEnd(account, handleOf(clip));
    const file = await fetch(end.outputs[0]?.url ?? '');
    references.set(
      'video',
      await resolve('video_extend', sampleVideo(new Uint8Array(await file.arrayBuffer()))),
    );
  });
  afterAll(() => bench.emulator.close());

  async function resolve(
    operation: OperationType,
    file: ReturnType<typeof sampleImage>,
  ): Promise<ResolvedInput> {
    const [slot] = bench.map(operation, minimalOf(operation)).slots;
    if (slot === undefined) {
      throw new Error(`${operation} has no input.`);
    }
    return bench.adapter.resolveInput(account, slot, file);
  }

  /** Quoted and charged credits of one job. */
  async function compare(
    operation: OperationType,
    params: JobParameters,
    token: string,
  ): Promise<number | null> {
    const mapped = bench.map(operation, params);
    const inputs = new Map<string, ResolvedInput>();
    for (const slot of mapped.slots) {
      const reference = references.get(slot.specification.media_type);
      if (reference !== undefined) {
        inputs.set(slot.name, reference);
      }
    }
    const request = bench.adapter.buildRequest(mapped, inputs, { account, webhookUrl: null });
    await bench.adapter.execute(operation, account, request, token);
    return mapped.price.credits;
  }

  const offers = pixverseManifest.operations.flatMap((offer) =>
    offer.models.map((model) => ({ operation: offer.operation_type, name: model.model, model })),
  );

  it.each(offers)('$operation with $name costs what was quoted', async ({ operation, name, model }) => {
    const jobs = combinationsOf(operation, model).map((params, index) => ({
      params,
      token: `${operation}-${name}-${index}`,
    }));
    const quoted: Record<string, number | null> = {};
    for (let start = 0; start < jobs.length; start += breadth) {
      await Promise.all(
        jobs.slice(start, start + breadth).map(async ({ params, token }) => {
          quoted[label(params, token)] = await compare(operation, params, token);
        }),
      );
    }
    const { generations } = await bench.emulator.control.state();
    const creditsOf = new Map(generations.map(({ trace_id, credits }) => [trace_id, credits]));
    const charged = Object.fromEntries(
      jobs.map(({ params, token }) => [label(params, token), creditsOf.get(token) ?? 'not accepted']),
    );
    expect(jobs.length).toBeGreaterThanOrEqual(model.tariff?.rows.length ?? Infinity);
    expect(charged).toEqual(quoted);
  });

  function combinationsOf(operation: OperationType, model: ModelManifest): JobParameters[] {
    const { duration } = model.parameters;
    const lengths =
      duration?.values ?? Array.from({ length: duration?.maximum ?? 0 }, (_, index) => index + 1);
    const minimal = minimalOf(operation);
    const axes: JobParameters[][] = [
      (model.parameters.quality?.values ?? []).map((quality) => ({ quality: String(quality) })),
      lengths.map((seconds) => ({ duration: Number(seconds) })),
      model.parameters.audio === undefined ? [{}] : [{ audio: false }, { audio: true }],
      (model.parameters.motion_mode?.values ?? [undefined]).map((mode) =>
        mode === undefined ? {} : { motion_mode: String(mode) },
      ),
      model.provider_options['generate_multi_clip_switch'] === undefined
        ? [{}]
        : [false, true].map((several) => ({ provider_options: { generate_multi_clip_switch: several } })),
    ];
    const start: JobParameters[] = [{ ...minimal, prompt: `${minimal.prompt} ${stuck}`, model: model.model }];
    return axes
      .reduce((jobs, axis) => jobs.flatMap((job) => axis.map((choice) => ({ ...job, ...choice }))), start)
      .filter((params) => bench.adapter.mapParameters(operation, params).ok);
  }
});

function minimalOf(operation: OperationType): JobParameters {
  const minimal = pixverseUnderTest.minimalParameters[operation];
  if (minimal === undefined) {
    throw new Error(`${operation} has no minimal parameters.`);
  }
  return minimal;
}

function label(
  { quality, duration, audio, motion_mode, provider_options }: JobParameters,
  token: string,
): string {
  return `${token} ${JSON.stringify({ quality, duration, audio, motion_mode, provider_options })}`;
}
