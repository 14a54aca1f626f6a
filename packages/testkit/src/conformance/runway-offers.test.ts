import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobParameters, ModelManifest, OperationType } from '@pixsim7/contracts';
import { runwayManifest } from '@pixsim7/providers';
import type { AccountAccess, ResolvedInput } from '@pixsim7/providers';
import { createBench, handleOf } from './conformance-bench.ts';
import type { ConformanceBench } from './conformance-bench.ts';
import { runwayUnderTest } from './runway-under-test.ts';
import { sampleImage, sampleVideo } from './sample-files.ts';

// The adapter's tables and those of the emulator were written down separately from the reference. A slip in one of them
// shows here as an offer that is refused, or charged other than it was quoted.

/** Such a task is accepted and charged like any other, and no file is rendered for it. */
const stuck = '[stuck]';
const anyCredits = expect.any(Number) as number;

describe('Runway takes what the manifest offers', () => {
  let bench: ConformanceBench;
  let account: AccountAccess;
  const references = new Map<string, ResolvedInput>();

  beforeAll(async () => {
    bench = await createBench(runwayUnderTest);
    await bench.emulator.control.changeSettings({ max_concurrent: 10_000, credits: 1_000_000_000 });
    account = bench.emulator.newAccount();
    const clip = await bench.submit(bench.simplest, { account });
    const end = await bench.untilEnd(account, handleOf(clip));
    const video = new Uint8Array(await (await fetch(end.outputs[0]?.url ?? '')).arrayBuffer());
    for (const [operation, file] of [
      ['image_to_video', sampleImage()],
      ['video_extend', sampleVideo(video)],
    ] as const) {
      const [slot] = bench.map(operation, runwayUnderTest.minimalParameters[operation] ?? {}).slots;
      if (slot === undefined) {
        throw new Error(`${operation} has no input.`);
      }
      references.set(file.mediaType, await bench.adapter.resolveInput(account, slot, file));
    }
  });
  afterAll(() => bench.emulator.close());

  const offers = runwayManifest.operations.flatMap((offer) =>
    offer.models.map((model) => ({ operation: offer.operation_type, name: model.model, model })),
  );

  it.each(offers)('$operation with $name, in every frame and length', async ({ operation, model }) => {
    for (const params of combinationsOf(operation, model)) {
      const mapped = bench.map(operation, params);
      const inputs = new Map<string, ResolvedInput>();
      for (const slot of mapped.slots) {
        const reference = references.get(slot.specification.media_type);
        if (reference !== undefined) {
          inputs.set(slot.name, reference);
        }
      }
      const request = bench.adapter.buildRequest(mapped, inputs, { account, webhookUrl: null });
      const result = await bench.adapter.execute(operation, account, request, 'token');
      const credits = result.outcome === 'accepted' ? result.credits : result.error.providerMessage;
      // Where no price is known, whatever is charged is right.
      expect({ params, outcome: result.outcome, credits }).toEqual({
        params,
        outcome: 'accepted',
        credits: mapped.price.credits ?? anyCredits,
      });
    }
  });

  function combinationsOf(operation: OperationType, model: ModelManifest): JobParameters[] {
    const minimal = runwayUnderTest.minimalParameters[operation] ?? {};
    const { quality, aspect_ratio: aspect, duration, audio } = model.parameters;
    const lengths = duration?.values ?? [
      duration?.minimum ?? 1,
      duration?.default ?? 5,
      duration?.maximum ?? 10,
    ];
    const axes: JobParameters[][] = [
      (quality?.values ?? [undefined]).map((value) =>
        value === undefined ? {} : { quality: String(value) },
      ),
      (aspect?.values ?? [undefined]).map((value) =>
        value === undefined ? {} : { aspect_ratio: String(value) },
      ),
    ];
    const start: JobParameters = { ...minimal, prompt: `${minimal.prompt} ${stuck}`, model: model.model };
    return [
      ...axes.reduce(
        (jobs, axis) => jobs.flatMap((job) => axis.map((choice) => ({ ...job, ...choice }))),
        [start],
      ),
      ...lengths.map((seconds) => ({ ...start, duration: Number(seconds) })),
      ...(audio === undefined ? [] : [false, true].map((isOn) => ({ ...start, audio: isOn }))),
    ];
  }
});
