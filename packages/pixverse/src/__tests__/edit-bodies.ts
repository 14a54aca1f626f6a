import type { BodyCase } from './fixture-case.ts';

/** Bodies of the operations that take no model, and of the calls around them. */
export const EDIT_BODIES: Record<string, BodyCase> = {
  'lip-sync.audio.request.json': {
    path: '/video/lip_sync/generate',
    call: (client) => client.videos.lipSync({ source_video_id: '0', audio_media_id: '0' }),
  },
  'lip-sync.tts.request.json': {
    path: '/video/lip_sync/generate',
    call: (client) =>
      client.videos.lipSync({
        video_media_id: '0',
        lip_sync_tts_speaker_id: 'auto',
        lip_sync_tts_content: 'hello this is harry, where are you from?',
      }),
  },
  'sound-effect.request.json': {
    path: '/video/sound_effect/generate',
    call: (client) =>
      client.videos.soundEffect({
        source_video_id: '123123',
        original_sound_switch: true,
        sound_effect_content: '',
      }),
  },
  'restyle.request.json': {
    path: '/video/restyle/generate',
    call: (client) => client.videos.restyle({ source_video_id: '0', restyle_id: '0', seed: 937433858 }),
  },
  'restyle.prompt.request.json': {
    path: '/video/restyle/generate',
    call: (client) => client.videos.restyle({ video_media_id: '0', restyle_prompt: 'string', seed: 0 }),
  },
  'swap-mask.request.json': {
    path: '/video/mask/selection',
    call: (client) => client.masks.select({ source_video_id: '0', keyframe_id: 1 }),
  },
  'swap.request.json': {
    path: '/video/swap/generate',
    call: (client) =>
      client.videos.swap({ video_media_id: '0', keyframe_id: 1, mask_id: '0', img_id: '0', quality: '360p' }),
  },
  'mimic.request.json': {
    path: '/video/mimic/generate',
    call: (client) => client.videos.motionControl({ video_media_id: '0', img_id: '0', quality: '360p' }),
  },
  'modify.request.json': {
    path: '/video/modify/generate',
    call: (client) =>
      client.videos.modify({
        video_media_id: '1234',
        prompt: '@selection0 subject is swapped with @img0',
        img_ids: ['123'],
        mask_ids: ['3847593904'],
        keyframe_ids: 1,
        quality: '540p',
      }),
  },
  'upscale.request.json': {
    path: '/video/upscale/generate',
    call: (client) => client.videos.upscale({ source_video_id: '0' }),
  },
  'avatar.request.json': {
    path: '/video/avatar/generate',
    call: (client) =>
      client.videos.avatar({
        img_id: '0',
        quality: '720p',
        lip_sync_tts_speaker_id: '7',
        lip_sync_tts_content: 'string',
      }),
  },
  'image-template.request.json': {
    path: '/image/template/generate',
    call: (client) => client.images.generateFromTemplate({ img_ids: ['0'], template_id: '384631857552768' }),
  },
  'tts-speaker-create.request.json': {
    path: '/video/tts_speaker',
    call: (client) => client.speakers.create({ name: 'Sample voice', audio_media_id: '0' }),
  },
  'account-usage.request.json': {
    path: '/account/billing/usage-detail',
    call: (client) =>
      client.account.usage({ start_time: '2026-09-01 00:00:00', end_time: '2026-09-18 00:00:00', limit: 20 }),
  },
};
