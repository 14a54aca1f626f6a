import type { MaskSelection } from '@pixsim7/pixverse';
import type { ProviderOutput, VideoStatusResult } from '../contract/adapter.ts';
import { errorFrom, translationsFor } from '../contract/error-translation.ts';
import type { JsonObject, JsonValue } from '../contract/json.ts';
import { maskName } from './mask-name.ts';

const shared = translationsFor('PixVerse');

/** The masks of an answer, as they are kept until their pictures are fetched. */
export function masksHandle({
  keyframe_id: keyframe = 1,
  mask_info: masks,
  credits,
}: MaskSelection): JsonObject {
  return {
    masks: masks.map(({ mask_id: id, mask_name: label, mask_url: url }) => ({
      name: maskName({ maskId: id, keyframe }),
      label: label ?? null,
      url: url ?? null,
    })),
    credits: credits ?? null,
  };
}

/** The end of a mask selection: its masks as pictures. One that found nothing was paid for as well. */
export function maskStatus(handle: JsonObject): VideoStatusResult {
  const masks = Array.isArray(handle['masks']) ? handle['masks'] : [];
  const outputs = masks.flatMap(outputOf);
  const credits = typeof handle['credits'] === 'number' ? handle['credits'] : null;
  const common = { progress: null, queuePosition: null, credits };
  if (outputs.length > 0) {
    return { ...common, status: 'completed', rawStatus: 'masks', outputs, error: null };
  }
  const error = errorFrom(
    { ...shared.failed, message: 'PixVerse found nothing to mask on this frame; try another one.' },
    { charged: credits === null ? 'unknown' : 'yes', providerCode: 'no masks' },
  );
  return { ...common, status: 'failed', rawStatus: 'no masks', outputs: [], error };
}

function outputOf(mask: JsonValue): ProviderOutput[] {
  if (typeof mask !== 'object' || mask === null || Array.isArray(mask)) {
    return [];
  }
  const { name, label, url } = mask;
  if (typeof name !== 'string' || typeof url !== 'string') {
    return [];
  }
  return [
    {
      url,
      mediaType: 'image',
      expiresAt: null,
      id: name,
      ...(typeof label === 'string' ? { name: label } : {}),
    },
  ];
}
