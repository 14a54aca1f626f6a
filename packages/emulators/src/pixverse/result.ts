import type { JsonObject } from '../http/lossless-json.ts';
import { createStrangePolls } from '../triggers/strange-polls.ts';
import { balanceAt } from './balance.ts';
import type { Emulation } from './emulation.ts';
import { decision } from './endpoint.ts';
import type { Endpoint } from './endpoint.ts';
import { PixverseRefusal } from './error-codes.ts';
import { statusAt, statusCodes } from './generation-status.ts';
import { sizeOfResult, urlOfResult } from './result-files.ts';
import type { Generation } from './store.ts';

/** GET /video/result/{id} */
export function videoResultEndpoint(emulation: Emulation): Endpoint<string> {
  const isShownStrange = createStrangePolls();

  function shownStatus({ id, strangeStatus }: Generation, status: number): number {
    const isEnded = status !== statusCodes.generating;
    return strangeStatus !== null && isShownStrange(id, isEnded) ? strangeStatus : status;
  }

  return {
    read: async ({ id }) => id,
    decide(id, { account, now }) {
      const generation = emulation.store.generations.get(id);
      if (generation === undefined || generation.apiKey !== account.apiKey) {
        throw new PixverseRefusal(500008, id);
      }
      const status = statusAt(generation, now, emulation.videos.isRendered(id));
      const isDone = status === statusCodes.succeeded;
      return decision('success', resultOf(emulation, generation, shownStatus(generation, status), isDone));
    },
  };
}

/**
 * The documented fields; what is not known before the end is 0 or empty, as in the reference's samples. A success that is
 * shown too early, by a trigger word, has no file yet: clients have met that for real.
 */
function resultOf(
  emulation: Emulation,
  generation: Generation,
  status: number,
  isRendered: boolean,
): JsonObject {
  const isDone = isRendered && status === statusCodes.succeeded;
  const { recipe } = generation;
  return {
    id: BigInt(generation.id),
    status,
    url: isDone ? urlOfResult(emulation, generation.id) : '',
    prompt: generation.prompt,
    negative_prompt: generation.negativePrompt,
    seed: generation.seed,
    style: generation.style,
    size: isDone ? sizeOfResult(emulation, generation.id) : 0,
    resolution_ratio: generation.resolution,
    outputWidth: isDone ? recipe.width : 0,
    outputHeight: isDone ? recipe.height : 0,
    create_time: new Date(generation.createdAt).toISOString(),
    modify_time: new Date(
      status === statusCodes.generating ? generation.createdAt : (generation.endsAt ?? generation.createdAt),
    ).toISOString(),
    has_audio: generation.hasAudio,
    credits: generation.credits,
  };
}

/** GET /account/balance */
export function balanceEndpoint({ store }: Emulation): Endpoint<null> {
  return {
    read: async () => null,
    decide(_, { account, now }) {
      const { creditMonthly, creditPackage } = balanceAt(store, account, now);
      return decision('success', {
        account_id: account.accountId,
        credit_monthly: creditMonthly,
        credit_package: creditPackage,
      });
    },
  };
}
