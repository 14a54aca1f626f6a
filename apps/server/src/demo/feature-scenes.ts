import type { JobParameters, OperationType } from '@pixsim7/contracts';
import type { Scene, SceneMaterial, SceneNeed } from './scenes.ts';

/** The name of the scene whose first image is the mask that others use. */
export const maskScene = 'mask-selection';

/** One scene for each of the other operations. */
export const featureScenes: readonly Scene[] = [
  feature('lip-sync', 'lip_sync', 'first_video', ({ firstVideo }) => ({
    video_url: firstVideo,
    text: 'Welcome aboard.',
  })),
  feature('sound-effect', 'sound_effect', 'first_video', ({ firstVideo }) => ({
    video_url: firstVideo,
    prompt: 'rain on a roof',
  })),
  feature('restyle', 'restyle', 'first_video', ({ firstVideo, choices }) => ({
    video_url: firstVideo,
    restyle: choices.styles,
  })),
  feature('modify', 'video_modify', 'mask', ({ firstVideo, mask, pictures }) => ({
    video_url: firstVideo,
    prompt: 'put @img0 in the place of @selection0',
    image_urls: [pictures['lighthouse.jpg']],
    masks: [mask],
    quality: '360p',
  })),
  feature('swap', 'swap', 'mask', ({ firstVideo, mask, pictures }) => ({
    video_url: firstVideo,
    mask,
    image_url: pictures['lighthouse.jpg'],
    quality: '360p',
  })),
  feature('motion-control', 'motion_control', 'first_video', ({ firstVideo, pictures }) => ({
    video_url: firstVideo,
    image_url: pictures['lighthouse.jpg'],
    quality: '360p',
  })),
  feature('upscale', 'upscale', 'first_video', ({ firstVideo }) => ({ video_url: firstVideo })),
  feature('effect', 'effect', 'nothing', ({ choices, pictures }) => ({
    effect: choices.effects,
    image_url: pictures['dawn.jpg'],
    quality: '360p',
  })),
  feature('avatar', 'avatar', 'nothing', ({ pictures }) => ({
    image_url: pictures['noon.jpg'],
    text: 'Good day.',
    quality: '360p',
  })),
  feature(maskScene, 'mask_selection', 'first_video', ({ firstVideo }) => ({ video_url: firstVideo })),
  feature('image-effect', 'image_effect', 'nothing', ({ choices, pictures }) => ({
    effect: choices.image_effects,
    image_url: pictures['night.jpg'],
  })),
];

function feature(
  name: string,
  operation: OperationType,
  needs: SceneNeed,
  params: (material: SceneMaterial) => JobParameters,
): Scene {
  return {
    name,
    needs,
    request: (provider_id, material) => ({
      operation_type: operation,
      provider_id,
      params: params(material),
    }),
  };
}
