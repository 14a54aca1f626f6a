import { fileURLToPath } from 'node:url';
import type { ChoiceKind, CreateJobRequest } from '@pixsim7/contracts';

/** A picture that ships with the demo. */
export function picturePath(name: string): string {
  return fileURLToPath(new URL(`../../assets/demo/${name}`, import.meta.url));
}

export const pictures = ['lighthouse.jpg', 'dawn.jpg', 'noon.jpg', 'night.jpg'] as const;
export type Picture = (typeof pictures)[number];

/** Ids of what a scene builds on. */
export interface SceneMaterial {
  readonly pictures: Readonly<Record<Picture, string>>;
  readonly firstVideo: string;
  /** A mask of the first video. */
  readonly mask: string;
  /** The first style and effects that the provider lists. */
  readonly choices: Readonly<Record<DemoChoice, string>>;
}

export const demoChoices = ['styles', 'effects', 'image_effects'] as const satisfies readonly ChoiceKind[];
export type DemoChoice = (typeof demoChoices)[number];

/** The scene whose result another one needs. */
export type SceneNeed = 'nothing' | 'first_video' | 'mask';

export interface Scene {
  readonly name: string;
  readonly needs: SceneNeed;
  request(providerId: string, material: SceneMaterial): CreateJobRequest;
}

/** One scene for each of the five operations that a stranger sees first. The smallest size, because the point is the way and not the picture. */
export const scenes: readonly Scene[] = [
  {
    name: 'text-to-video',
    needs: 'nothing',
    request: (provider_id) => ({
      operation_type: 'text_to_video',
      provider_id,
      params: { prompt: 'a paper boat on rain water, slow push in', quality: '360p', duration: 5 },
    }),
  },
  {
    name: 'image-to-video',
    needs: 'nothing',
    request: (provider_id, { pictures }) => ({
      operation_type: 'image_to_video',
      provider_id,
      params: {
        prompt: 'the beam of the lighthouse sweeps over the sea',
        image_url: pictures['lighthouse.jpg'],
        quality: '360p',
        duration: 5,
      },
    }),
  },
  {
    name: 'transition',
    needs: 'nothing',
    request: (provider_id, { pictures }) => ({
      operation_type: 'video_transition',
      provider_id,
      params: {
        prompts: ['the sun climbs', 'the day turns to night'],
        image_urls: [pictures['dawn.jpg'], pictures['noon.jpg'], pictures['night.jpg']],
        durations: [3, 3],
        quality: '360p',
      },
    }),
  },
  {
    name: 'fusion',
    needs: 'nothing',
    request: (provider_id, { pictures }) => ({
      operation_type: 'fusion',
      provider_id,
      params: {
        prompt: '@tower stands under @sky and shines',
        fusion_assets: [
          { image_url: pictures['lighthouse.jpg'], name: 'tower', type: 'subject' },
          { image_url: pictures['night.jpg'], name: 'sky', type: 'background' },
        ],
        quality: '360p',
        duration: 5,
      },
    }),
  },
  {
    name: 'extend',
    needs: 'first_video',
    request: (provider_id, { firstVideo }) => ({
      operation_type: 'video_extend',
      provider_id,
      params: {
        prompt: 'the boat drifts into a sunlit pond',
        video_url: firstVideo,
        quality: '360p',
        duration: 5,
      },
    }),
  },
];
