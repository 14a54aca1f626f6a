import type { ResolvedInput } from '../../contract/adapter.ts';
import { referenceOf, referenceText } from '../../contract/input-reference.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import type { InputSlot } from '../../contract/mapping.ts';
import type { Feature } from './feature.ts';

type Inputs = ReadonlyMap<string, ResolvedInput>;

/** The fields that name the files of a feature. */
export function featureInputs(feature: Feature, slots: readonly InputSlot[], inputs: Inputs): JsonObject {
  const named = (mediaType: 'video' | 'audio'): JsonObject[] =>
    slots
      .filter(({ specification }) => specification.media_type === mediaType)
      .map(({ name }) => referenceOf(name, inputs));
  return Object.assign(
    {},
    ...named('video'),
    ...named('audio'),
    pictureFields(feature, slots, inputs),
    maskFields(feature, slots, inputs),
  ) as JsonObject;
}

function pictureFields({ pictures }: Feature, slots: readonly InputSlot[], inputs: Inputs): JsonObject {
  const ids = slots
    .filter(({ role, specification }) => specification.media_type === 'image' && role !== 'mask')
    .map(({ name }) => referenceText(name, 'img_id', inputs));
  const [first] = ids;
  if (first === undefined) {
    return {};
  }
  if (pictures === undefined) {
    throw new TypeError('This feature takes no pictures.');
  }
  switch (pictures) {
    case 'img_id':
      return { img_id: first };
    case 'img_ids':
      return { img_ids: ids };
    case 'by_count':
      return ids.length === 1 ? { img_id: first } : { img_ids: ids };
  }
}

function maskFields({ masks }: Feature, slots: readonly InputSlot[], inputs: Inputs): JsonObject {
  const ids = slots.filter(({ role }) => role === 'mask').map(({ name }) => referenceOf(name, inputs));
  const [first] = ids;
  if (first === undefined) {
    return {};
  }
  const maskId = (reference: JsonObject): JsonValue => reference['mask_id'] ?? null;
  if (masks === undefined) {
    throw new TypeError('This feature takes no masks.');
  }
  switch (masks) {
    case 'mask_id':
      return first;
    case 'mask_ids':
      // An integer in the reference: the frame of all of them. Masks of several frames go without it.
      return {
        mask_ids: ids.map(maskId),
        ...(ids.every((id) => id['keyframe_id'] === first['keyframe_id'])
          ? { keyframe_ids: first['keyframe_id'] ?? null }
          : {}),
      };
  }
}
