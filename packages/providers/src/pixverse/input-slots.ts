import type { InputRole, JobParameters, ModelManifest, OperationType } from '@pixsim7/contracts';
import type { InputSlot } from '../contract/mapping.ts';
import { segmentsOf } from './transition-segments.ts';

/** The files that a request needs, in the order in which the caller named them. */
export function slotsOf(operation: OperationType, model: ModelManifest, values: JobParameters): InputSlot[] {
  switch (operation) {
    case 'text_to_video':
      return [];
    case 'image_to_video':
      return values.image_url === undefined
        ? []
        : [slot(model, 'first_frame', 'first_frame', 0, values.image_url, '/image_url')];
    case 'video_extend':
      return values.video_url === undefined
        ? []
        : [slot(model, 'source', 'source', 0, values.video_url, '/video_url')];
    case 'video_transition':
      return transitionSlots(model, values);
    case 'fusion':
      return (values.fusion_assets ?? []).map((asset, index) => ({
        ...slot(
          model,
          `reference/${index}`,
          asset.type,
          index,
          asset.image_url,
          `/fusion_assets/${index}/image_url`,
        ),
        referenceName: asset.name,
      }));
  }
}

function transitionSlots(model: ModelManifest, values: JobParameters): InputSlot[] {
  const images = values.image_urls ?? [];
  const segments = segmentsOf(values);
  return images.map((image, index) => {
    const segment = segments[index];
    const role = images.length > 2 ? 'keyframe' : index === 0 ? 'first_frame' : 'last_frame';
    return {
      ...slot(
        model,
        role === 'keyframe' ? `keyframe/${index}` : role,
        role,
        index,
        image,
        `/image_urls/${index}`,
      ),
      segmentPrompt: segment?.prompt ?? null,
      segmentDurationS: segment?.durationS ?? null,
    };
  });
}

function slot(
  model: ModelManifest,
  name: string,
  role: InputRole,
  position: number,
  source: string,
  pointer: string,
): InputSlot {
  const specification = model.inputs.find((input) => input.role === role);
  if (specification === undefined) {
    throw new TypeError(`The manifest has no input ${role} for ${model.model}.`);
  }
  return {
    name,
    role,
    position,
    source,
    pointer,
    specification,
    referenceName: null,
    segmentPrompt: null,
    segmentDurationS: null,
  };
}
