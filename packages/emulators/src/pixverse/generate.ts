import { drawRenderSeconds } from '../triggers/render-time.ts';
import { balanceAt, creditsLeft } from './balance.ts';
import { limits } from './capabilities.ts';
import { isRendered, newIdentifier } from './emulation.ts';
import type { Emulation } from './emulation.ts';
import type { Caller, Decision, Endpoint } from './endpoint.ts';
import { PixverseRefusal } from './error-codes.ts';
import { parseFields } from './fields.ts';
import type { Fields } from './fields.ts';
import { holdsSlotAt } from './generation-status.ts';
import type { GenerationPlan, Planner } from './operations/plan.ts';
import { referencesOf } from './references.ts';
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
  const triggers = readTriggers([plan.prompt, ...plan.fileNames].join('\n'));
  if (triggers.refuseWith !== null) {
    throw new PixverseRefusal(triggers.refuseWith);
  }
  const running = runningOf(emulation, caller.account.apiKey, caller.now);
  if (running >= emulation.settings.max_concurrent) {
    throw new PixverseRefusal(500044);
  }
  checkCredits(emulation, caller, plan.credits);
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
    resolution: plan.resolution,
    credits: plan.credits,
    recipe: plan.recipe,
    ...(plan.picture === null ? {} : { picture: plan.picture }),
    createdAt: caller.now,
    endsAt: triggers.outcome === 'stuck' ? null : caller.now + seconds * 1000,
    outcome: triggers.outcome,
    strangeStatus: triggers.strangeStatus,
    webhookId,
  };
  return {
    message: plan.message,
    resp: {
      [plan.picture === null ? 'video_id' : 'image_id']: BigInt(generation.id),
      ...(plan.replyCredits === null ? {} : { [plan.replyCredits]: plan.credits }),
    },
    entries: [{ kind: 'generation_accepted', generation, running: running + 1 }],
    started: generation,
  };
}

/** Throws `PixverseRefusal` 500090 when the account cannot pay. */
export function checkCredits({ store }: Emulation, { account, now }: Caller, credits: number): void {
  if (creditsLeft(balanceAt(store, account, now)) < credits) {
    throw new PixverseRefusal(500090);
  }
}

/** Generations that count against the account's limit now. */
export function runningOf(emulation: Emulation, apiKey: string, now: number): number {
  return emulation.store
    .generationsOf(apiKey)
    .filter((generation) => holdsSlotAt(generation, now, isRendered(emulation, generation))).length;
}
