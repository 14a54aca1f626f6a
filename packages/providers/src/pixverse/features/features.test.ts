import { describe, expect, it } from 'vitest';
import type { JobParameters, OperationType } from '@pixsim7/contracts';
import type { ResolvedInput } from '../../contract/adapter.ts';
import type { JsonObject } from '../../contract/json.ts';
import { buildRequest } from '../build-request.ts';
import { mapParameters } from '../map-parameters.ts';

function mapped(operation: OperationType, params: JobParameters) {
  const result = mapParameters(operation, params);
  if (!result.ok) {
    throw new Error(JSON.stringify(result.issues));
  }
  return result.mapped;
}

function issues(operation: OperationType, params: JobParameters): string[] {
  const result = mapParameters(operation, params);
  return result.ok ? [] : result.issues.map(({ pointer, code }) => `${pointer} ${code}`);
}

function bodyOf(operation: OperationType, params: JobParameters, references: Record<string, JsonObject>) {
  const inputs = new Map<string, ResolvedInput>(
    Object.entries(references).map(([name, reference]) => [
      name,
      { reference, reusable: true, expiresAt: null },
    ]),
  );
  const account = { accountId: 'acc', credentials: {}, baseUrl: null };
  const { endpoint, payload } = buildRequest(mapped(operation, params), inputs, {
    account,
    webhookUrl: null,
  });
  return { path: endpoint.path, payload };
}

const clip = { source: { source_video_id: '7' } };
const video_url = 'the clip';

describe('requests of features', () => {
  it.each<[OperationType, JobParameters, Record<string, JsonObject>, string, JsonObject]>([
    [
      'lip_sync',
      { video_url, audio_url: 'the voice' },
      { ...clip, audio: { audio_media_id: '8' } },
      '/video/lip_sync/generate',
      { source_video_id: '7', audio_media_id: '8' },
    ],
    [
      'lip_sync',
      { video_url, text: 'Hello.' },
      { source: { video_media_id: '9' } },
      '/video/lip_sync/generate',
      { video_media_id: '9', lip_sync_tts_speaker_id: 'auto', lip_sync_tts_content: 'Hello.' },
    ],
    [
      'sound_effect',
      { video_url, prompt: 'rain' },
      clip,
      '/video/sound_effect/generate',
      { source_video_id: '7', sound_effect_content: 'rain', original_sound_switch: false },
    ],
    [
      'restyle',
      { video_url, restyle: '3', seed: 1 },
      clip,
      '/video/restyle/generate',
      { source_video_id: '7', restyle_id: '3', seed: 1 },
    ],
    [
      'swap',
      { video_url, mask: 'the mask', image_url: 'the cat' },
      { ...clip, mask: { mask_id: '11', keyframe_id: 3 }, subject: { img_id: '5' } },
      '/video/swap/generate',
      { source_video_id: '7', img_id: '5', mask_id: '11', keyframe_id: 3, quality: '540p' },
    ],
    [
      'video_modify',
      { video_url, prompt: 'put @img1 on @selection0', image_urls: ['a', 'b'], masks: ['m'] },
      {
        ...clip,
        'reference/0': { img_id: '5' },
        'reference/1': { img_id: '6' },
        'mask/0': { mask_id: '11', keyframe_id: 3 },
      },
      '/video/modify/generate',
      {
        source_video_id: '7',
        img_ids: ['5', '6'],
        mask_ids: ['11'],
        keyframe_ids: 3,
        prompt: 'put @img1 on @selection0',
        quality: '540p',
      },
    ],
    [
      'motion_control',
      { video_url, image_url: 'the dancer', quality: '720p' },
      { motion: { video_media_id: '9' }, subject: { img_id: '5' } },
      '/video/mimic/generate',
      { video_media_id: '9', img_id: '5', quality: '720p' },
    ],
    ['upscale', { video_url }, clip, '/video/upscale/generate', { source_video_id: '7' }],
    [
      'effect',
      { effect: '302325299692609', image_urls: ['a', 'b'] },
      { 'subject/0': { img_id: '5' }, 'subject/1': { img_id: '6' } },
      '/video/img/generate',
      {
        img_ids: ['5', '6'],
        template_id: '302325299692609',
        model: 'v5',
        prompt: 'effect',
        duration: 5,
        quality: '540p',
      },
    ],
    [
      'avatar',
      { image_url: 'the portrait', text: 'Hello.', voice: '12' },
      { subject: { img_id: '5' } },
      '/video/avatar/generate',
      { img_id: '5', quality: '540p', lip_sync_tts_speaker_id: '12', lip_sync_tts_content: 'Hello.' },
    ],
    [
      'mask_selection',
      { video_url, keyframe: 4 },
      clip,
      '/video/mask/selection',
      { source_video_id: '7', keyframe_id: 4 },
    ],
    [
      'image_effect',
      { effect: '384631857552768', image_url: 'the portrait' },
      { subject: { img_id: '5' } },
      '/image/template/generate',
      { img_ids: ['5'], template_id: '384631857552768' },
    ],
  ])('%s of %j', (operation, params, references, path, payload) => {
    expect(bodyOf(operation, params, references)).toEqual({ path, payload });
  });

  it('names the webhook of the account for an effect, whose path announces its end', () => {
    const { payload } = bodyOf(
      'effect',
      { effect: '1', image_url: 'the boat' },
      { subject: { img_id: '5' } },
    );
    expect(payload).toMatchObject({ img_id: '5' });
  });
});

describe('rules of features', () => {
  it.each<[OperationType, JobParameters, string[]]>([
    ['lip_sync', { video_url }, ['/params/audio_url required']],
    ['lip_sync', { video_url, audio_url: 'v', text: 'Hi' }, ['/params/text not_allowed']],
    ['lip_sync', { video_url, audio_url: 'v', voice: '1' }, ['/params/voice not_supported']],
    ['lip_sync', { video_url, text: ' ' }, ['/params/text required']],
    ['lip_sync', { video_url, text: 'a'.repeat(201) }, ['/params/text too_long']],
    ['restyle', { video_url }, ['/params/restyle required']],
    ['restyle', { video_url, restyle: 'anime' }, ['/params/restyle wrong_type']],
    ['restyle', { video_url, restyle: '1', prompt: 'clay' }, ['/params/prompt not_allowed']],
    ['effect', { effect: '1' }, ['/params/image_url required']],
    ['effect', { effect: '1', image_url: 'a', image_urls: ['b'] }, ['/params/image_urls not_allowed']],
    ['video_modify', { video_url, prompt: 'paint @selection0' }, ['/params/prompt unknown_reference']],
    [
      'video_modify',
      { video_url, prompt: '@img2', image_urls: ['a', 'b'] },
      ['/params/prompt unknown_reference'],
    ],
    ['motion_control', { video_url, image_url: 'a', quality: '1080p' }, ['/params/quality not_allowed']],
    ['mask_selection', { video_url, keyframe: 0 }, ['/params/keyframe out_of_range']],
    ['upscale', {}, ['/params/video_url required']],
  ])('%s refuses %j', (operation, params, expected) => {
    expect(issues(operation, params)).toEqual(expected);
  });
});

describe('prices of features', () => {
  it.each<[OperationType, JobParameters, object]>([
    ['lip_sync', { video_url, text: 'a'.repeat(16) }, { credits: 8 }],
    [
      'lip_sync',
      { video_url, audio_url: 'v' },
      { credits: null, perInputSecond: { role: 'audio', credits: 4 } },
    ],
    [
      'motion_control',
      { video_url, image_url: 'a', quality: '720p' },
      { credits: null, perInputSecond: { role: 'motion', credits: 12 } },
    ],
    ['mask_selection', { video_url }, { credits: 2 }],
    ['swap', { video_url, mask: 'm', image_url: 'a' }, { credits: null }],
  ])('%s of %j', (operation, params, price) => {
    expect(mapped(operation, params).price).toEqual({ ...price, unit: 'credits' });
  });

  it('says that a price is not published', () => {
    expect(mapped('swap', { video_url, mask: 'm', image_url: 'a' }).warnings).toMatchObject([
      { code: 'price_unknown' },
    ]);
  });
});
