import { describe, expect, it } from 'vitest';
import type { JobParameters, OperationType } from '@pixsim7/contracts';
import { issuesOf, mappedOf } from '../__tests__/mapping-results.ts';
import { mapParameters } from './map-parameters.ts';

const image = 'https://example.com/boat.png';

function mapped(operation: OperationType, params: JobParameters) {
  return mappedOf(mapParameters(operation, params));
}

function issues(operation: OperationType, params: JobParameters) {
  return issuesOf(mapParameters(operation, params));
}

function firstIssue(operation: OperationType, params: JobParameters) {
  const result = mapParameters(operation, params);
  return result.ok ? undefined : result.issues[0];
}

describe('choice of the model', () => {
  it('takes the default, and prices it', () => {
    expect(mapped('text_to_video', { prompt: 'rain' })).toMatchObject({
      operation: 'text_to_video',
      model: 'v5',
      slots: [],
      price: { credits: 45, unit: 'credits' },
      warnings: [],
      durationKey: 'v5 text_to_video 540p 5s',
      outputDurationS: 5,
    });
  });

  it('names the models when it does not know one', () => {
    expect(firstIssue('text_to_video', { prompt: 'rain', model: 'v99' })).toMatchObject({
      pointer: '/params/model',
      code: 'not_allowed',
      allowed: ['v3.5', 'v4', 'v4.5', 'v5', 'v5.5', 'v5.6', 'v6', 'c1'],
    });
  });

  it('refuses a model that the operation does not offer', () => {
    expect(firstIssue('video_extend', { prompt: 'on', video_url: 'v', model: 'c1' })).toMatchObject({
      pointer: '/params/model',
      allowed: ['v3.5', 'v4', 'v4.5', 'v5', 'v5.5', 'v6'],
    });
  });

  it('refuses an operation that it does not offer', () => {
    expect(firstIssue('dub' as OperationType, {})).toMatchObject({
      pointer: '/operation_type',
      code: 'not_supported',
    });
  });
});

describe('text_to_video', () => {
  it('names every parameter as PixVerse does', () => {
    const { plan, price } = mapped('text_to_video', {
      prompt: 'rain',
      negative_prompt: 'sun',
      model: 'v4.5',
      quality: '720p',
      duration: 5,
      aspect_ratio: '9:16',
      seed: 7,
      motion_mode: 'fast',
      camera_movement: 'auto_camera',
      style: 'clay',
      provider_options: { water_mark: false, webhook_id: '1234' },
    });
    expect(plan).toEqual({
      path: '/video/text/generate',
      fields: {
        prompt: 'rain',
        model: 'v4.5',
        quality: '720p',
        duration: 5,
        aspect_ratio: '9:16',
        negative_prompt: 'sun',
        seed: 7,
        motion_mode: 'fast',
        camera_movement: 'auto_camera',
        style: 'clay',
        water_mark: false,
        webhook_id: '1234',
      },
    });
    expect(price.credits).toBe(120);
  });

  it('sends nothing that neither the caller nor a default has set', () => {
    expect(mapped('text_to_video', { prompt: 'rain' }).plan.fields).toEqual({
      prompt: 'rain',
      model: 'v5',
      quality: '540p',
      duration: 5,
      aspect_ratio: '16:9',
    });
  });

  it('calls audio by the name of its switch', () => {
    const { plan, price } = mapped('text_to_video', {
      prompt: 'rain',
      model: 'v6',
      audio: true,
      duration: 7,
    });
    expect(plan.fields).toMatchObject({ generate_audio_switch: true, model: 'v6', duration: 7 });
    expect(price.credits).toBe(63);
  });

  it.each<[string, JobParameters, string[]]>([
    ['no prompt', {}, ['/params/prompt required']],
    ['fast for 8 s', { model: 'v4', motion_mode: 'fast', duration: 8 }, ['/params/duration not_allowed']],
    [
      'fast at 1080p',
      { model: 'v4', motion_mode: 'fast', quality: '1080p' },
      ['/params/quality not_allowed'],
    ],
    ['fast on v5', { model: 'v5', motion_mode: 'fast' }, ['/params/motion_mode not_supported']],
    [
      '1080p for 8 s on v3.5',
      { model: 'v3.5', quality: '1080p', duration: 8 },
      ['/params/duration not_allowed'],
    ],
    ['1080p for 8 s on v4', { model: 'v4', quality: '1080p', duration: 8 }, ['/params/duration not_allowed']],
    [
      '1080p for 8 s on v4.5',
      { model: 'v4.5', quality: '1080p', duration: 8 },
      ['/params/duration not_allowed'],
    ],
    ['1080p for 8 s on v5', { model: 'v5', quality: '1080p', duration: 8 }, []],
    [
      '1080p for 10 s on v5.5',
      { model: 'v5.5', quality: '1080p', duration: 10 },
      ['/params/duration not_allowed'],
    ],
    [
      '1080p for 10 s on v5.6',
      { model: 'v5.6', quality: '1080p', duration: 10 },
      ['/params/duration not_allowed'],
    ],
    ['1080p for 15 s on v6', { model: 'v6', quality: '1080p', duration: 15 }, []],
    ['16 s on v6', { model: 'v6', duration: 16 }, ['/params/duration out_of_range']],
    ['half a second', { model: 'v6', duration: 1.5 }, ['/params/duration wrong_type']],
    ['7 s on v5', { duration: 7 }, ['/params/duration not_allowed']],
    ['21:9 on v5', { aspect_ratio: '21:9' }, ['/params/aspect_ratio not_allowed']],
    ['21:9 on c1', { model: 'c1', aspect_ratio: '21:9' }, []],
    ['a camera on v5', { camera_movement: 'zoom_in' }, ['/params/camera_movement not_supported']],
    ['sound on v5', { audio: true }, ['/params/audio not_supported']],
    ['a seed below 0', { seed: -1 }, ['/params/seed out_of_range']],
    ['a seed of 32 bits', { seed: 2 ** 31 }, ['/params/seed out_of_range']],
    ['the largest seed', { seed: 2 ** 31 - 1 }, []],
    ['an image', { image_url: image }, ['/params/image_url not_supported']],
    ['a prompt of 5001', { prompt: 'x'.repeat(5_001) }, ['/params/prompt too_long']],
  ])('%s', (name, params, expected) => {
    expect(issues('text_to_video', name === 'no prompt' ? params : { prompt: 'rain', ...params })).toEqual(
      expected,
    );
  });

  it('warns of a prompt that only newer references allow', () => {
    expect(mapped('text_to_video', { prompt: 'x'.repeat(2_049) }).warnings).toMatchObject([
      { pointer: '/params/prompt', code: 'long_text' },
    ]);
    expect(mapped('text_to_video', { prompt: 'x'.repeat(2_048) }).warnings).toEqual([]);
  });
});

describe('image_to_video', () => {
  it('has one slot, the first frame', () => {
    const { slots, plan } = mapped('image_to_video', { prompt: 'rain', image_url: image });
    expect(slots).toMatchObject([
      {
        name: 'first_frame',
        role: 'first_frame',
        position: 0,
        source: image,
        pointer: '/image_url',
        specification: { media_type: 'image', max_bytes: 20_000_000, max_side_px: 4_000 },
        referenceName: null,
      },
    ]);
    expect(plan.path).toBe('/video/img/generate');
  });

  it('needs the image, and takes its aspect ratio from it', () => {
    expect(issues('image_to_video', { prompt: 'rain' })).toEqual(['/params/image_url required']);
    expect(issues('image_to_video', { prompt: 'rain', image_url: image, aspect_ratio: '1:1' })).toEqual([
      '/params/aspect_ratio not_supported',
    ]);
  });

  it('leaves the automatic camera to text', () => {
    const params = { prompt: 'rain', image_url: image, model: 'v4', camera_movement: 'auto_camera' };
    expect(issues('image_to_video', params)).toEqual(['/params/camera_movement not_allowed']);
  });
});

describe('video_extend', () => {
  it('has the source as its slot and does not claim to know the length of the result', () => {
    const { slots, outputDurationS, durationKey, plan } = mapped('video_extend', {
      prompt: 'it goes on',
      video_url: 'ast_1',
      model: 'v4.5',
      duration: 8,
    });
    expect(slots).toMatchObject([
      {
        name: 'source',
        role: 'source',
        source: 'ast_1',
        pointer: '/video_url',
        specification: { max_duration_s: 40 },
      },
    ]);
    expect(outputDurationS).toBeNull();
    expect(durationKey).toBe('v4.5 video_extend 540p 8s');
    expect(plan).toMatchObject({
      path: '/video/extend/generate',
      fields: { motion_mode: 'normal' },
    });
  });

  it('sends a seed only when the caller has one', () => {
    const params = { prompt: 'on', video_url: 'ast_1' };
    expect(mapped('video_extend', params).plan.fields).not.toHaveProperty('seed');
    expect(mapped('video_extend', { ...params, seed: 0 }).plan.fields).toHaveProperty('seed', 0);
  });

  it('needs prompt and video and has no aspect ratio', () => {
    expect(issues('video_extend', { aspect_ratio: '16:9' })).toEqual([
      '/params/aspect_ratio not_supported',
      '/params/prompt required',
      '/params/video_url required',
    ]);
  });
});

describe('the mapping itself', () => {
  const samples: [OperationType, JobParameters][] = [
    ['text_to_video', { prompt: 'rain', provider_options: { template_id: 7 } }],
    ['image_to_video', { prompt: 'rain', image_url: image }],
    ['video_transition', { prompts: ['a'], durations: [8], image_urls: [image, image] }],
    ['video_transition', { prompt: 'a', image_urls: [image, image, image] }],
    ['fusion', { prompt: '@boat ', fusion_assets: [{ image_url: image, name: 'boat', type: 'subject' }] }],
    ['fusion', { prompt: 'no boat', model: 'v3.5' }],
  ];

  it.each(samples)(
    '%s: gives the same twice, survives JSON and changes nothing it was given',
    (operation, params) => {
      const before = structuredClone(params);
      const once = mapParameters(operation, deepFreeze(params));
      expect(mapParameters(operation, params)).toEqual(once);
      expect(JSON.parse(JSON.stringify(once))).toEqual(once);
      expect(params).toEqual(before);
    },
  );
});

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach(deepFreeze);
  }
  return Object.freeze(value);
}
