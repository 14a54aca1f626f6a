import { drawRenderSeconds } from '../triggers/render-time.ts';
import { balanceAt, creditsLeft } from './balance.ts';
import { limits } from './capabilities.ts';
import { newIdentifier } from './emulation.ts';
import type { Emulation } from './emulation.ts';
import type { Caller, Decision, Endpoint } from './endpoint.ts';
import { PixverseRefusal } from './error-codes.ts';
import { parseFields } from './fields.ts';
import type { Fields } from './fields.ts';
import { holdsSlotAt, statusAt, statusCodes } from './generation-status.ts';
import type { GenerationPlan, Planner, References } from './operations/plan.ts';
import type { Generation } from './store.ts';
import { readTriggers } from './triggers.ts';

/** A generation endpoint: validate, check moderation, slots and credits, then accept and charge. */
export function generateEndpoint(emulation: Emulation, plan: Planner): Endpoint<Fields> {
  return {
    read: async ({ body }) => parseFields(new TextDecoder().decode(body)),
    decide(fields, caller) {
      const planned = plan(fields, referencesOf(emulation, caller));
      const webhookId = announcedOperations.includes(planned.operation) ? fields.text('webhook_id') : null;
      return accept(emulation, caller, planned, webhookId);
    },
  };
}

/** PixVerse tells the end of these by webhook; all others have to be asked for. */
const announcedOperations: readonly string[] = ['text_to_video', 'image_to_video'];

function accept(
  emulation: Emulation,
  caller: Caller,
  plan: GenerationPlan,
  webhookId: string | null,
): Decision {
  const triggers = readTriggers(plan.prompt);
  if (triggers.refuseWith !== null) {
    throw new PixverseRefusal(triggers.refuseWith);
  }
  const running = runningOf(emulation, caller.account.apiKey, caller.now);
  if (running >= emulation.settings.max_concurrent) {
    throw new PixverseRefusal(500044);
  }
  if (creditsLeft(balanceAt(emulation.store, caller.account, caller.now)) < plan.credits) {
    throw new PixverseRefusal(500090);
  }
  const seconds = drawRenderSeconds(emulation.settings.render_seconds, emulation.random, triggers);
  const generation: Generation = {
    id: newIdentifier(emulation),
    apiKey: caller.account.apiKey,
    traceId: caller.traceId,
    operation: plan.operation,
    prompt: plan.prompt,
    negativePrompt: plan.negativePrompt,
    seed: plan.seed ?? Math.floor(emulation.random() * (limits.largestSeed + 1)),
    style: plan.style,
    resolution: Number.parseInt(plan.quality, 10),
    hasAudio: plan.hasAudio,
    credits: plan.credits,
    recipe: plan.recipe,
    createdAt: caller.now,
    endsAt: triggers.outcome === 'stuck' ? null : caller.now + seconds * 1000,
    outcome: triggers.outcome,
    strangeStatus: triggers.strangeStatus,
    webhookId,
  };
  const videoId = BigInt(generation.id);
  return {
    message: plan.message,
    resp: plan.replyHasCredits ? { video_id: videoId, credits: plan.credits } : { video_id: videoId },
    entries: [{ kind: 'generation_accepted', generation, running: running + 1 }],
    started: generation,
  };
}

/** Generations that count against the account's limit now. */
export function runningOf({ store, videos }: Emulation, apiKey: string, now: number): number {
  return store
    .generationsOf(apiKey)
    .filter((generation) => holdsSlotAt(generation, now, videos.isRendered(generation.id))).length;
}

function referencesOf({ store, settings, videos }: Emulation, { account, now }: Caller): References {
  /** Another account's item counts as unknown. */
  function owned<Item extends { readonly apiKey: string }>(
    items: ReadonlyMap<string, Item>,
    id: string,
    code: number,
  ): Item {
    const item = items.get(id);
    if (item === undefined || item.apiKey !== account.apiKey) {
      throw new PixverseRefusal(code, id);
    }
    return item;
  }
  return {
    image: (id) => owned(store.images, id, 400032),
    media: (id) => owned(store.media, id, 500008),
    video(id) {
      const generation = owned(store.generations, id, 500008);
      const status = statusAt(generation, now, videos.isRendered(id));
      if (status === statusCodes.deleted) {
        throw new PixverseRefusal(500064, id);
      }
      if (status !== statusCodes.succeeded) {
        throw new PixverseRefusal(400017, `the video ${id} is not finished`);
      }
      return generation;
    },
    template(id) {
      if (!settings.active_templates.includes(id)) {
        throw new PixverseRefusal(500070, id);
      }
    },
  };
}
