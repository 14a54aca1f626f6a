import { describe, expectTypeOf, it } from 'vitest';
import type { Model } from '../models.ts';
import type {
  ExtendRequest,
  FusionRequest,
  ImageToVideoRequest,
  MultiTransitionRequest,
  TextToVideoRequest,
  TransitionRequest,
} from './video-requests.ts';

interface Shot {
  model: 'v5';
  prompt: string;
  duration: number;
  quality: '720p';
}

describe('request types', () => {
  it('require an aspect ratio for text, and refuse one outside the list', () => {
    expectTypeOf<Shot & { aspect_ratio: '16:9' }>().toExtend<TextToVideoRequest>();
    expectTypeOf<Shot>().not.toExtend<TextToVideoRequest>();
    expectTypeOf<Shot & { aspect_ratio: '16:10' }>().not.toExtend<TextToVideoRequest>();
  });

  it('take one image or several, never both or none', () => {
    expectTypeOf<Shot & { img_id: '1' }>().toExtend<ImageToVideoRequest>();
    expectTypeOf<Shot & { img_ids: ['1', '2'] }>().toExtend<ImageToVideoRequest>();
    expectTypeOf<Shot>().not.toExtend<ImageToVideoRequest>();
    expectTypeOf<Shot & { img_id: '1'; img_ids: ['1'] }>().not.toExtend<ImageToVideoRequest>();
    expectTypeOf<Shot & { img_id: 1 }>().not.toExtend<ImageToVideoRequest>();
  });

  it('extend exactly one source', () => {
    expectTypeOf<Shot & { source_video_id: '1' }>().toExtend<ExtendRequest>();
    expectTypeOf<Shot & { video_media_id: '1' }>().toExtend<ExtendRequest>();
    expectTypeOf<Shot>().not.toExtend<ExtendRequest>();
    expectTypeOf<Shot & { source_video_id: '1'; video_media_id: '1' }>().not.toExtend<ExtendRequest>();
  });

  it('allow video references in omni mode only', () => {
    type References = { video_references: { ref_name: string; video_media_id: '1' }[] };
    type Fusion = Shot & { aspect_ratio: 'auto'; image_references: { img_id: '1' }[] };
    expectTypeOf<Fusion>().toExtend<FusionRequest>();
    expectTypeOf<Fusion & References & { reference_mode: 'omni' }>().toExtend<FusionRequest>();
    expectTypeOf<Fusion & References>().not.toExtend<FusionRequest>();
  });

  it('know which models an operation has', () => {
    expectTypeOf<TextToVideoRequest['model']>().toEqualTypeOf<Model>();
    expectTypeOf<TransitionRequest['model']>().toEqualTypeOf<Exclude<Model, 'v6-max'>>();
    expectTypeOf<MultiTransitionRequest['model']>().toEqualTypeOf<'v3.5' | 'v4' | 'v4.5' | 'v5'>();
    expectTypeOf<ExtendRequest['model']>().toEqualTypeOf<'v3.5' | 'v4' | 'v4.5' | 'v5' | 'v5.5' | 'v6'>();
    expectTypeOf<FusionRequest['model']>().toEqualTypeOf<'v4.5' | 'v5' | 'v5.5' | 'v5.6' | 'v6' | 'c1'>();
  });
});
