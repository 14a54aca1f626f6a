import type { BodyCase } from './fixture-case.ts';

/** Bodies of the operations that take a model. */
export const GENERATION_BODIES: Record<string, BodyCase> = {
  'text-to-video.request.json': {
    path: '/video/text/generate',
    call: (client) =>
      client.videos.textToVideo({
        aspect_ratio: '16:9',
        duration: 5,
        model: 'v6',
        motion_mode: 'normal',
        prompt: 'string',
        quality: '540p',
        seed: 0,
      }),
  },
  'text-to-video.legacy.request.json': {
    path: '/video/text/generate',
    call: (client) =>
      client.videos.textToVideo({
        aspect_ratio: '16:9',
        duration: 5,
        model: 'v4.5',
        motion_mode: 'normal',
        negative_prompt: 'string',
        prompt: 'string',
        quality: '540p',
        seed: 0,
        water_mark: false,
      }),
  },
  'text-to-video.webhook.request.json': {
    path: '/video/text/generate',
    call: (client) =>
      client.videos.textToVideo({
        aspect_ratio: '16:9',
        duration: 5,
        model: 'v5.5',
        prompt: 'string',
        quality: '720p',
        webhook_id: '1234',
      }),
  },
  'image-to-video.request.json': {
    path: '/video/img/generate',
    call: (client) =>
      client.videos.imageToVideo({
        duration: 5,
        img_id: '0',
        model: 'v4.5',
        motion_mode: 'normal',
        negative_prompt: 'string',
        prompt: 'string',
        quality: '540p',
        seed: 0,
      }),
  },
  'image-to-video.v6.request.json': {
    path: '/video/img/generate',
    call: (client) =>
      client.videos.imageToVideo({
        duration: 5,
        img_id: '12345',
        model: 'v6',
        prompt: 'string',
        quality: '720p',
        seed: 0,
        generate_audio_switch: false,
        generate_multi_clip_switch: false,
      }),
  },
  'template-video.request.json': {
    path: '/video/img/generate',
    call: (client) =>
      client.videos.imageToVideo({
        duration: 5,
        img_id: '1',
        model: 'v6',
        template_id: '0',
        prompt: 'string',
        quality: '720p',
      }),
  },
  'template-video.multi-image.request.json': {
    path: '/video/img/generate',
    call: (client) =>
      client.videos.imageToVideo({
        duration: 5,
        img_ids: ['0', '0'],
        model: 'v6',
        template_id: '0',
        prompt: 'string',
        quality: '720p',
      }),
  },
  'transition.request.json': {
    path: '/video/transition/generate',
    call: (client) =>
      client.videos.transition({
        prompt: 'transform into a puppy',
        model: 'v5',
        duration: 5,
        quality: '540p',
        first_frame_img: '0',
        last_frame_img: '0',
        seed: 0,
      }),
  },
  'multi-transition.request.json': {
    path: '/video/multi_transition/generate',
    call: (client) =>
      client.videos.multiTransition({
        multi_transition: [
          { img_id: '0', duration: 3, prompt: '' },
          { img_id: '0', duration: 3, prompt: '' },
          { img_id: '0', duration: 3, prompt: '' },
          { img_id: '0', duration: 3, prompt: '' },
          { img_id: '0', duration: 0, prompt: '' },
        ],
        model: 'v5',
        quality: '360p',
      }),
  },
  'extend.request.json': {
    path: '/video/extend/generate',
    call: (client) =>
      client.videos.extend({
        source_video_id: '0',
        prompt: 'across the universe',
        seed: 123123,
        quality: '540p',
        duration: 5,
        model: 'v4.5',
        motion_mode: 'normal',
      }),
  },
  'fusion.request.json': {
    path: '/video/fusion/generate',
    call: (client) =>
      client.videos.fusion({
        image_references: [
          { type: 'subject', img_id: '0', ref_name: 'dog' },
          { type: 'background', img_id: '0', ref_name: 'room' },
        ],
        prompt: '@dog plays at @room',
        model: 'v4.5',
        duration: 5,
        quality: '540p',
        aspect_ratio: '16:9',
        seed: 123456789,
      }),
  },
  'fusion.omni.request.json': {
    path: '/video/fusion/generate',
    call: (client) =>
      client.videos.fusion({
        model: 'v6',
        prompt: '@subject1 follows the motion of @video1 ',
        duration: 0,
        quality: '720p',
        aspect_ratio: 'auto',
        generate_audio_switch: true,
        image_references: [{ img_id: '0', ref_name: 'subject1', type: 'subject' }],
        video_references: [{ ref_name: 'video1', video_media_id: '0' }],
        reference_mode: 'omni',
      }),
  },
};
