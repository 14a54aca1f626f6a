import type { InputRole, JobParameters, ModelManifest, OperationType } from '@pixsim7/contracts';
import type { InputSlot } from './mapping.ts';
import type { TransitionSegment } from './transition-segments.ts';

/**
 * The files that a request needs, in the order in which the caller named them.
 *
 * @param segments of a transition, where the provider takes a prompt and a length for each
 */
export function inputSlots(
  operation: OperationType,
  model: ModelManifest,
  values: JobParameters,
  segments: readonly TransitionSegment[] = [],
): InputSlot[] {
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
      return transitionSlots(model, values.image_urls ?? [], segments);
    case 'fusion':
      return (values.fusion_assets ?? []).map((asset, index) => {
        const pointer = `/fusion_assets/${index}/image_url`;
        return {
          ...slot(model, `reference/${index}`, asset.type, index, asset.image_url, pointer),
          referenceName: asset.name,
        };
      });
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
      return namedSlots(model, values);
  }
}

/** One for every file of every input of the manifest: named by its role, and in a list by its place too. */
function namedSlots(model: ModelManifest, values: JobParameters): InputSlot[] {
  interface Named {
    readonly role: InputRole;
    readonly name: string;
    readonly source: string;
    readonly pointer: string;
  }
  const named = model.inputs.flatMap(({ role, parameter }): Named[] => {
    const value = values[parameter];
    if (typeof value === 'string') {
      return [{ role, name: role, source: value, pointer: `/${parameter}` }];
    }
    const sources = Array.isArray(value) ? value.filter((source) => typeof source === 'string') : [];
    return sources.map((source, index) => ({
      role,
      name: `${role}/${index}`,
      source,
      pointer: `/${parameter}/${index}`,
    }));
  });
  return named.map(({ name, role, source, pointer }, position) =>
    slot(model, name, role, position, source, pointer),
  );
}

/** Two images have a first and a last; of more, each but the last is the beginning of a segment. */
function transitionSlots(
  model: ModelManifest,
  images: readonly string[],
  segments: readonly TransitionSegment[],
): InputSlot[] {
  return images.map((image, index) => {
    const role = images.length > 2 ? 'keyframe' : index === 0 ? 'first_frame' : 'last_frame';
    const name = role === 'keyframe' ? `keyframe/${index}` : role;
    return {
      ...slot(model, name, role, index, image, `/image_urls/${index}`),
      segmentPrompt: segments[index]?.prompt ?? null,
      segmentDurationS: segments[index]?.durationS ?? null,
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
