import { limits } from '../capabilities.ts';
import { PixverseRefusal } from '../error-codes.ts';
import { agentPriceOf } from '../feature-prices.ts';
import type { Fields } from '../fields.ts';
import { agentQualities, readImageReferences } from './agent-references.ts';
import { labelOf, linesOf, planDefaults, ratioOf, readSeed, sizeOf } from './plan.ts';
import type { Planner } from './plan.ts';

const agentTypes = ['vibe_mv', 'vibe_mv_v3_custom'] as const;
const ratios = ['16:9', '9:16', '1:1', '4:3', '3:4'] as const;
const switches = ['caption_switch', 'lip_sync_switch', 'instrumental_switch'];

/**
 * POST /video/music_mv_agent/generate, as pixverse-api-kit checks its body (2026-09): a film as long as the music, which POST
 * /audio/verification has to have accepted (701020).
 */
export const planMusicVideo: Planner = (fields, references) => {
  fields.requiredOneOf('mv_agent_type', agentTypes);
  const audioId = fields.requiredId('audio_media_id');
  const audio = references.media(audioId);
  const ratio = ratioOf(fields.requiredOneOf('aspect_ratio', ratios));
  const quality = fields.requiredOneOf('quality', agentQualities);
  const lyrics = readLyrics(fields);
  const character = readImageReferences(fields, 'img_references', references, { min: 0, max: 1 });
  const style = readImageReferences(fields, 'style_img_references', references, { min: 0, max: 1 });
  const images = [...character, ...style];
  if (fields.text('mv_style')?.toLowerCase() === 'custom' && images.length === 0) {
    throw new PixverseRefusal(400011, 'img_references or style_img_references');
  }
  for (const name of switches) {
    fields.flag(name);
  }
  if (!references.isVerifiedAudio(audioId)) {
    throw new PixverseRefusal(701020);
  }
  return {
    ...planDefaults,
    operation: 'agent',
    prompt: lyrics,
    seed: readSeed(fields),
    resolution: linesOf(quality),
    credits: agentPriceOf(quality, audio.seconds),
    recipe: {
      ...sizeOf(quality, ratio),
      label: labelOf('agent'),
      hasSound: true,
      segments: [
        {
          kind: 'composition',
          seconds: audio.seconds,
          caption: lyrics,
          background: null,
          subjects: images.map(({ file }) => file),
        },
      ],
    },
    fileNames: [audio.name ?? ''],
  };
};

function readLyrics(fields: Fields): string {
  const lyrics = fields.text('lyric_text') ?? '';
  if (Array.from(lyrics).length >= limits.promptCharacters) {
    throw new PixverseRefusal(400018);
  }
  return lyrics;
}
