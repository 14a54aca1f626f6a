import type { Scene } from '../../render/recipe.ts';
import { PixverseRefusal } from '../error-codes.ts';
import { agentPriceOf } from '../feature-prices.ts';
import type { Fields } from '../fields.ts';
import { agentQualities, readImageReferences, readVideoReference } from './agent-references.ts';
import { checkedPrompt, labelOf, linesOf, planDefaults, ratioOf, readPrompt, sizeOf } from './plan.ts';
import type { GenerationPlan, Planner } from './plan.ts';

// The two agents as pixverse-api-kit checks their bodies (2026-09): the reference's own pages were not at hand.

const viralRecreationId = '414562414124109';
const realEstateId = '419629433597950';

const ratios = ['9:16', '16:9', '1:1', '4:3', '3:4', '21:9'] as const;

/** POST /video/agent/generate: the agent is named by its id, which decides what else the body has. */
export const planAgent: Planner = (fields, references) => {
  const id = fields.requiredId('agent_id');
  switch (id) {
    case viralRecreationId:
      return planViralRecreation(fields, references);
    case realEstateId:
      return planRealEstate(fields, references);
    default:
      throw new PixverseRefusal(400017, `agent_id ${id}`);
  }
};

const viralSeconds = { shortest: 2, longest: 30 };

/** One to five pictures in the pace of a video. */
const planViralRecreation: Planner = (fields, references) => {
  const prompt = readPrompt(fields);
  const images = readImageReferences(fields, 'img_references', references, { min: 1, max: 5 });
  const video = readVideoReference(fields, references);
  if (video.seconds < viralSeconds.shortest || video.seconds > viralSeconds.longest) {
    throw new PixverseRefusal(
      400017,
      `the video is not from ${viralSeconds.shortest} to ${viralSeconds.longest} s`,
    );
  }
  return planFilm(fields, prompt, video.seconds, {
    kind: 'composition',
    background: null,
    subjects: images.map(({ file }) => file),
  });
};

const realEstateModels = ['pro', 'fast'] as const;
const realEstateModes = ['property_tour', 'ad_house_tour'] as const;
const mostImages = { pro: 60, fast: 20 };
const tourSeconds = 15;

/** A listing on the web, or at least five pictures of it. The page is not fetched. */
const planRealEstate: Planner = (fields, references) => {
  const model = fields.requiredOneOf('model', realEstateModels);
  const mode = fields.oneOf('mode', realEstateModes);
  if (mode !== null && model !== 'pro') {
    throw new PixverseRefusal(400017, 'mode is for the model pro');
  }
  const seconds = mode === 'ad_house_tour' ? readTourSeconds(fields) : tourSeconds;
  const prompt = checkedPrompt(fields.text('prompt') ?? '');
  const page = fields.text('product_url');
  if (page === null) {
    const range = { min: 5, max: mostImages[model] };
    const images = readImageReferences(fields, 'img_references', references, range);
    return planFilm(fields, prompt, seconds, {
      kind: 'composition',
      background: images[0]?.file ?? null,
      subjects: images.slice(1, 4).map(({ file }) => file),
    });
  }
  if (prompt !== '' || fields.objects('img_references') !== null) {
    throw new PixverseRefusal(400017, 'product_url is without prompt and img_references');
  }
  if (!URL.canParse(page) || !/^https?:/.test(page)) {
    throw new PixverseRefusal(400017, 'product_url is no web address');
  }
  return planFilm(fields, page, seconds, { kind: 'gradient' });
};

function readTourSeconds(fields: Fields): number {
  const seconds = fields.requiredInteger('duration');
  if (seconds !== 15 && seconds !== 30) {
    throw new PixverseRefusal(400017, 'duration is 15 or 30');
  }
  return seconds;
}

/** Upright and in 720p unless the body says otherwise: most of these films are for phones. */
function planFilm(fields: Fields, prompt: string, seconds: number, scene: Scene): GenerationPlan {
  const quality = fields.oneOf('quality', agentQualities) ?? '720p';
  const ratio = ratioOf(fields.oneOf('aspect_ratio', ratios) ?? '9:16');
  return {
    ...planDefaults,
    operation: 'agent',
    prompt,
    resolution: linesOf(quality),
    credits: agentPriceOf(quality, seconds),
    recipe: {
      ...sizeOf(quality, ratio),
      label: labelOf('agent'),
      hasSound: true,
      segments: [{ seconds, caption: prompt, ...scene }],
    },
  };
}
