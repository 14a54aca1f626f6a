import { automaticProvider } from '@pixsim7/contracts';
import type { JobParameters, OperationType } from '@pixsim7/contracts';
import type { Random } from './machine/random.ts';
import { simulatedOperations, simulatedProviderId } from './provider/manifest.ts';
import { calmAfterMs } from './scenario.ts';
import type { PlannedAccount, PlannedAction, ScenarioMedia } from './scenario.ts';

export function drawActions(
  random: Random,
  media: ScenarioMedia,
  accounts: readonly PlannedAccount[],
  providerIds: readonly string[],
  jobs: number,
): PlannedAction[] {
  const actions: PlannedAction[] = [];
  for (let job = 0; job < jobs; job += 1) {
    const at = random.integer(0, calmAfterMs / 2);
    const operation = random.pick(simulatedOperations).operation_type;
    const pinnedTo =
      random.chance(0.15) && accounts.length > 0 ? random.integer(0, accounts.length - 1) : null;
    actions.push({
      kind: 'create',
      at,
      job,
      operation,
      providerId:
        pinnedTo === null
          ? drawPlace(random, providerIds)
          : (accounts[pinnedTo]?.providerId ?? simulatedProviderId),
      params: drawParameters(random, operation, media),
      priority: random.pick([0, 0, 0, -5, 10]),
      pinnedTo,
      maxCredits: random.chance(0.2) ? random.pick([10, 24, 100]) : null,
      notBefore: random.chance(0.15) ? random.integer(1_000, 300_000) : null,
    });
    const later = (): number => at + random.integer(1, calmAfterMs / 2);
    if (random.chance(0.15)) {
      actions.push({ kind: 'repeat', at: later(), job });
    }
    if (random.chance(0.25)) {
      actions.push({ kind: 'cancel', at: at + random.integer(1, 120_000), job });
    }
    if (random.chance(0.3)) {
      actions.push({ kind: 'retry', at: later(), job });
    }
    if (random.chance(0.2)) {
      actions.push({ kind: 'click_retry', at: later(), job });
    }
  }
  return actions;
}

/** Most jobs leave a choice to the rules: that is what the second provider is there for. */
function drawPlace(random: Random, providerIds: readonly string[]): string {
  return providerIds.length > 1 && random.chance(0.7) ? automaticProvider : random.pick(providerIds);
}

function drawParameters(random: Random, operation: OperationType, media: ScenarioMedia): JobParameters {
  const common = { prompt: `scene ${random.integer(1, 1_000)}`, duration: random.pick([5, 8]) };
  const { duration } = common;
  switch (operation) {
    case 'text_to_video':
      return common;
    case 'image_to_video':
      return { ...common, image_url: random.pick(media.images) };
    case 'video_extend':
      return { ...common, video_url: random.pick(media.videos) };
    case 'video_transition':
      return { duration, image_urls: [random.pick(media.images), random.pick(media.images)] };
    case 'fusion':
      return {
        ...common,
        fusion_assets: [
          { image_url: random.pick(media.images), name: 'dog', type: 'subject' },
          { image_url: random.pick(media.images), name: 'beach', type: 'background' },
        ],
      };
    case 'lip_sync':
    case 'sound_effect':
    case 'restyle':
    case 'video_modify':
    case 'swap':
    case 'motion_control':
    case 'upscale':
    case 'effect':
    case 'avatar':
    case 'mask_selection':
    case 'image_effect':
      throw new Error(`The simulated provider does not offer ${operation}.`);
  }
}
