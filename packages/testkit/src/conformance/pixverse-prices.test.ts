import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobParameters, ModelManifest, OperationType } from '@pixsim7/contracts';
import { pixverseManifest } from '@pixsim7/providers';
import { combinationsOf, offersOf, openRoomyAccount, stuckJobOf } from './accepted-jobs.ts';
import type { RoomyAccount } from './accepted-jobs.ts';
import { pixverseUnderTest } from './pixverse-under-test.ts';

// The adapter's tariffs and the emulator's prices were written down separately from the price list. A slip in one of them
// shows here as a job that is charged other than it was quoted.

/** Submits under way at a time. */
const breadth = 16;

describe('PixVerse prices', () => {
  let account: RoomyAccount;

  beforeAll(async () => {
    account = await openRoomyAccount(pixverseUnderTest);
  });
  afterAll(() => account.bench.emulator.close());

  // Prices by the length of files have a test of their own.
  const offers = offersOf(pixverseManifest).filter(({ model }) => model.parameters.duration !== undefined);

  it.each(offers)('$operation with $name costs what was quoted', async ({ operation, name, model }) => {
    const jobs = pricedJobsOf(operation, model).map((params, index) => ({
      params,
      token: `${operation}-${name}-${index}`,
    }));
    const quoted: Record<string, number | null> = {};
    for (let start = 0; start < jobs.length; start += breadth) {
      await Promise.all(
        jobs.slice(start, start + breadth).map(async ({ params, token }) => {
          const { mapped } = await account.submit(operation, params, token);
          quoted[label(params, token)] = mapped.price.credits;
        }),
      );
    }
    const { generations } = await account.bench.emulator.control.state();
    const creditsOf = new Map(generations.map(({ trace_id, credits }) => [trace_id, credits]));
    const charged = Object.fromEntries(
      jobs.map(({ params, token }) => [label(params, token), creditsOf.get(token) ?? 'not accepted']),
    );
    expect(jobs.length).toBeGreaterThanOrEqual(model.tariff?.rows.length ?? Infinity);
    expect(charged).toEqual(quoted);
  });

  function pricedJobsOf(operation: OperationType, model: ModelManifest): JobParameters[] {
    const { duration } = model.parameters;
    const lengths =
      duration?.values ?? Array.from({ length: duration?.maximum ?? 0 }, (_, index) => index + 1);
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
    return combinationsOf(stuckJobOf(pixverseUnderTest, operation, model), axes).filter(
      (params) => account.bench.adapter.mapParameters(operation, params).ok,
    );
  }
});

function label(
  { quality, duration, audio, motion_mode, provider_options }: JobParameters,
  token: string,
): string {
  return `${token} ${JSON.stringify({ quality, duration, audio, motion_mode, provider_options })}`;
}
