import type { OperationType } from '@pixsim7/contracts';
import { avatar } from './avatar.ts';
import { effect, imageEffect } from './effects.ts';
import type { Feature, FeatureOperation } from './feature.ts';
import { lipSync } from './lip-sync.ts';
import { maskSelection } from './mask-selection.ts';
import { motionControl } from './motion-control.ts';
import { restyle } from './restyle.ts';
import { soundEffect } from './sound-effect.ts';
import { swap } from './swap.ts';
import { upscale } from './upscale.ts';
import { videoModify } from './video-modify.ts';

const byOperation: Readonly<Record<FeatureOperation, Feature>> = {
  lip_sync: lipSync,
  sound_effect: soundEffect,
  restyle,
  video_modify: videoModify,
  swap,
  motion_control: motionControl,
  upscale,
  effect,
  avatar,
  mask_selection: maskSelection,
  image_effect: imageEffect,
};

/** Every operation that takes no model. */
export const features: readonly Feature[] = Object.values(byOperation);

/** The feature of an operation; null for one that takes a model. */
export function featureOf(operation: OperationType): Feature | null {
  return features.find((feature) => feature.operation === operation) ?? null;
}
