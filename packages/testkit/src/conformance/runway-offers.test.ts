import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobParameters, ModelManifest, OperationType } from '@pixsim7/contracts';
import { runwayManifest } from '@pixsim7/providers';
import { combinationsOf, offersOf, openRoomyAccount, stuckJobOf } from './accepted-jobs.ts';
import type { RoomyAccount } from './accepted-jobs.ts';
import { runwayUnderTest } from './runway-under-test.ts';

// The adapter's tables and those of the emulator were written down separately from the reference. A slip in one of them
// shows here as an offer that is refused, or charged other than it was quoted.

const anyCredits = expect.any(Number) as number;

describe('Runway takes what the manifest offers', () => {
  let account: RoomyAccount;

  beforeAll(async () => {
    account = await openRoomyAccount(runwayUnderTest);
  });
  afterAll(() => account.bench.emulator.close());

  it.each(offersOf(runwayManifest))(
    '$operation with $name, in every frame and length',
    async ({ operation, model }) => {
      for (const params of offeredJobsOf(operation, model)) {
        const { mapped, result } = await account.submit(operation, params, 'token');
        const credits = result.outcome === 'accepted' ? result.credits : result.error.providerMessage;
        // A charge is right whatever it is where no price is known.
        expect({ params, outcome: result.outcome, credits }).toEqual({
          params,
          outcome: 'accepted',
          credits: mapped.price.credits ?? anyCredits,
        });
      }
    },
  );

  function offeredJobsOf(operation: OperationType, model: ModelManifest): JobParameters[] {
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
    const start = stuckJobOf(runwayUnderTest, operation, model);
    return [
      ...combinationsOf(start, axes),
      ...lengths.map((seconds) => ({ ...start, duration: Number(seconds) })),
      ...(audio === undefined ? [] : [false, true].map((isOn) => ({ ...start, audio: isOn }))),
    ];
  }
});
