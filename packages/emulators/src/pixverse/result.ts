import type { JsonObject } from '../http/lossless-json.ts';
import { createStrangePolls } from '../triggers/strange-polls.ts';
import { balanceAt } from './balance.ts';
import { isRendered } from './emulation.ts';
import type { Emulation } from './emulation.ts';
import { decision } from './endpoint.ts';
import type { Endpoint } from './endpoint.ts';
import { PixverseRefusal } from './error-codes.ts';
import { statusAt, statusCodes } from './generation-status.ts';
import { mediaPath, sizeOfResult, urlOfResult } from './result-files.ts';
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
      if (generation?.apiKey !== account.apiKey || generation.picture !== undefined) {
        throw new PixverseRefusal(500008, id);
      }
      const status = statusAt(generation, now, isRendered(emulation, generation));
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
  hasFile: boolean,
): JsonObject {
  const isDone = hasFile && status === statusCodes.succeeded;
  const { recipe } = generation;
  return {
    id: BigInt(generation.id),
    status,
    url: isDone ? urlOfResult(emulation, generation) : '',
    prompt: generation.prompt,
    negative_prompt: generation.negativePrompt,
    seed: generation.seed,
    style: generation.style,
    size: isDone ? sizeOfResult(emulation, generation.id) : 0,
    resolution_ratio: generation.resolution,
    outputWidth: isDone ? recipe.width : 0,
    outputHeight: isDone ? recipe.height : 0,
    ...timesOf(generation, status),
    has_audio: recipe.hasSound ?? false,
    credits: generation.credits,
  };
}

function timesOf({ createdAt, endsAt }: Generation, status: number): JsonObject {
  return {
    create_time: new Date(createdAt).toISOString(),
    modify_time: new Date(
      status === statusCodes.generating ? createdAt : (endsAt ?? createdAt),
    ).toISOString(),
  };
}

/** GET /image/result/{id}: all members of the reference, which calls every one of them required. */
export function imageResultEndpoint(emulation: Emulation): Endpoint<string> {
  return {
    read: async ({ id }) => id,
    decide(id, { account, now }) {
      const generation = emulation.store.generations.get(id);
      if (generation?.apiKey !== account.apiKey || generation.picture === undefined) {
        throw new PixverseRefusal(500008, id);
      }
      const status = statusAt(generation, now, isRendered(emulation, generation));
      const isDone = status === statusCodes.succeeded;
      const { templateId, imageIds, files } = generation.picture;
      return decision('success', {
        image_id: BigInt(id),
        prompt: generation.prompt,
        url: isDone ? urlOfResult(emulation, generation) : '',
        seed: generation.seed,
        status,
        prompt_translate: '',
        template_id: BigInt(templateId),
        ...timesOf(generation, status),
        outputWidth: isDone ? generation.recipe.width : 0,
        outputHeight: isDone ? generation.recipe.height : 0,
        credits: generation.credits,
        customer_paths: {
          ext_info: null,
          agent_info: null,
          cameo_id_list: null,
          duration_type: '',
          fusion_id_list: null,
          model_evaluator: '',
          customer_img_paths: files.map((file) => `${emulation.url()}${mediaPath}${file}`),
          gen_img_req_img_ids: imageIds.map(BigInt),
        },
      });
    },
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
