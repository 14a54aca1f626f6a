import type { JobParameters, ModelManifest, OperationType, ProviderManifest } from '@pixsim7/contracts';
import type { AccountAccess, GenerationResult, MappedRequest, ResolvedInput } from '@pixsim7/providers';
import { createBench, handleOf } from './conformance-bench.ts';
import type { ConformanceBench } from './conformance-bench.ts';
import type { ProviderUnderTest } from './provider-under-test.ts';
import { sampleImage, sampleVideo } from './sample-files.ts';

/** In a prompt: such a generation is accepted and charged like any other, and no file is rendered for it. */
const stuck = '[stuck]';

/** An account with room for every job that a manifest offers, and one image and one video that fill all their slots. */
export interface RoomyAccount {
  readonly bench: ConformanceBench;
  /** Maps and submits a job. */
  submit(
    operation: OperationType,
    params: JobParameters,
    token: string,
  ): Promise<{ readonly mapped: MappedRequest; readonly result: GenerationResult }>;
}

export async function openRoomyAccount(provider: ProviderUnderTest): Promise<RoomyAccount> {
  const bench = await createBench(provider);
  await bench.emulator.control.changeSettings({ max_concurrent: 10_000, credits: 1_000_000_000 });
  const account: AccountAccess = bench.emulator.newAccount();
  const clip = await bench.submit(bench.simplest, { account });
  const end = await bench.untilEnd(account, handleOf(clip));
  const video = new Uint8Array(await (await fetch(end.outputs[0]?.url ?? '')).arrayBuffer());
  const references = new Map<string, ResolvedInput>();
  for (const [operation, file] of [
    ['image_to_video', sampleImage()],
    ['video_extend', sampleVideo(video)],
  ] as const) {
    const [slot] = bench.map(operation, minimalOf(provider, operation)).slots;
    if (slot === undefined) {
      throw new Error(`${operation} has no input.`);
    }
    references.set(file.mediaType, await bench.adapter.resolveInput(account, slot, file));
  }
  return {
    bench,
    async submit(operation, params, token) {
      const mapped = bench.map(operation, params);
      const inputs = new Map<string, ResolvedInput>();
      for (const slot of mapped.slots) {
        const reference = references.get(slot.specification.media_type);
        if (reference !== undefined) {
          inputs.set(slot.name, reference);
        }
      }
      const request = bench.adapter.buildRequest(mapped, inputs, { account, webhookUrl: null });
      return { mapped, result: await bench.adapter.execute(operation, account, request, token) };
    },
  };
}

/** Every model of every operation, as the rows of a table test. */
export function offersOf(
  manifest: ProviderManifest,
): { operation: OperationType; name: string; model: ModelManifest }[] {
  return manifest.operations.flatMap((offer) =>
    offer.models.map((model) => ({ operation: offer.operation_type, name: model.model, model })),
  );
}

/** The least that a model takes in an operation, for a generation that renders nothing. */
export function stuckJobOf(
  provider: ProviderUnderTest,
  operation: OperationType,
  { model }: ModelManifest,
): JobParameters {
  const minimal = minimalOf(provider, operation);
  return { ...minimal, prompt: `${minimal.prompt} ${stuck}`, model };
}

/** Every choice of the first axis with every choice of the second, and so on. */
export function combinationsOf(start: JobParameters, axes: readonly JobParameters[][]): JobParameters[] {
  return axes.reduce(
    (jobs, axis) => jobs.flatMap((job) => axis.map((choice) => ({ ...job, ...choice }))),
    [start],
  );
}

function minimalOf(provider: ProviderUnderTest, operation: OperationType): JobParameters {
  const minimal = provider.minimalParameters[operation];
  if (minimal === undefined) {
    throw new Error(`${operation} has no minimal parameters.`);
  }
  return minimal;
}
