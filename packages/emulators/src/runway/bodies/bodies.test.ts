import { describe, expect, it } from 'vitest';
import { imageToVideoShapes } from './image-to-video.ts';
import { checkShape } from './shape.ts';
import type { Shape } from './shape.ts';
import { textToVideoShapes } from './text-to-video.ts';
import { seedance25ExtendShape, videoToVideoShapes } from './video-to-video.ts';

const uri = 'runway://upload';
const uris = (count: number) => Array.from({ length: count }, () => ({ uri }));
const first = { uri, position: 'first' };
const last = { uri, position: 'last' };

function findings(shape: Shape | undefined, body: object): string[] {
  if (shape === undefined) {
    throw new TypeError('There is no such model.');
  }
  return checkShape(shape, body).map(({ code, path }) => `${path.join('.')} ${code}`);
}

describe('text_to_video', () => {
  const gen = { promptText: 'a', duration: 5, ratio: '1280:720' };

  it.each<[string, object, string[]]>([
    ['gen4.5', gen, []],
    ['gen4.5', { ...gen, seed: 1, contentModeration: { publicFigureThreshold: 'low' } }, []],
    ['gen4.5', { promptText: 'a' }, ['duration invalid_type', 'ratio invalid_value']],
    ['gen4.5', { ...gen, duration: 11 }, ['duration too_big']],
    ['gen4.5', { ...gen, duration: 1 }, ['duration too_small']],
    ['gen4.5', { ...gen, duration: 2.5 }, ['duration invalid_type']],
    ['gen4.5', { ...gen, duration: '5' }, ['duration invalid_type']],
    ['gen4.5', { ...gen, ratio: '960:960' }, ['ratio invalid_value']],
    ['gen4.5', { ...gen, promptText: '' }, ['promptText too_small']],
    ['gen4.5', { ...gen, promptText: 'x'.repeat(1001) }, ['promptText too_big']],
    ['gen4.5', { ...gen, promptText: '🚤'.repeat(501) }, ['promptText too_big']],
    ['gen4.5', { ...gen, audio: true }, [' unrecognized_keys']],
    ['gen4.5', { ...gen, contentModeration: { level: 1 } }, ['contentModeration unrecognized_keys']],
    ['veo3.1', { promptText: 'a', ratio: '1080:1920', duration: 8, audio: true }, []],
    ['veo3.1', { promptText: 'a', ratio: '1080:1920', duration: 5 }, ['duration invalid_value']],
    ['veo3.1', { promptText: 'a', ratio: '1080:1920', audio: 'yes' }, ['audio invalid_type']],
    ['seedance2', { promptText: 'a', duration: 'auto', ratio: '3840:2160' }, []],
    ['seedance2_mini', { promptText: 'a', ratio: '1920:1080' }, ['ratio invalid_value']],
    ['seedance2_5', { ratio: '854:480' }, []],
    ['seedance2_5', { ratio: '864:496' }, ['ratio invalid_value']],
    ['seedance2', { promptText: 'a', references: uris(9) }, []],
    ['seedance2', { promptText: 'a', references: uris(10) }, ['references too_big']],
    ['seedance2', { promptText: 'a', references: [{ uri: 'nothing' }] }, ['references.0.uri invalid_format']],
    ['hailuo3', { promptText: 'a', ratio: '16:9', resolution: '2k' }, []],
    ['hailuo3', { promptText: 'a', ratio: '1280:720' }, ['ratio invalid_value']],
    ['h3_max', { promptText: 'a', resolution: '768p', promptExpansionMode: 'quality' }, []],
    ['h3_max', { promptText: 'a', ratio: '16:9' }, [' unrecognized_keys']],
  ])('%s with %j', (model, body, expected) => {
    expect(findings(textToVideoShapes[model], body)).toEqual(expected);
  });
});

describe('image_to_video', () => {
  const veo = { ratio: '1280:720' };

  it.each<[string, object, string[]]>([
    ['gen4_turbo', { promptImage: uri, ratio: '960:960' }, []],
    ['gen4_turbo', { promptImage: [first], ratio: '960:960' }, []],
    ['gen4_turbo', { ratio: '960:960' }, ['promptImage invalid_type']],
    ['gen4_turbo', { promptImage: [first, last], ratio: '960:960' }, ['promptImage too_big']],
    ['veo3.1', { ...veo, promptImage: [first, last] }, []],
    ['veo3.1', { ...veo, promptImage: [last] }, ['promptImage custom']],
    ['veo3.1', { ...veo, promptImage: [first, first] }, ['promptImage custom']],
    [
      'veo3.1',
      { ...veo, promptImage: [{ uri }] },
      ['promptImage.0.position invalid_value', 'promptImage custom'],
    ],
    ['seedance2', { promptImage: [{ uri }, { uri }] }, []],
    ['seedance2', { promptImage: [first, { uri }] }, ['promptImage.1.position invalid_value']],
    ['happyhorse_1_0', { promptImage: uri, resolution: '1080p' }, []],
    ['happyhorse_1_0', { promptImage: uri, ratio: '1280:720' }, [' unrecognized_keys']],
  ])('%s with %j', (model, body, expected) => {
    expect(findings(imageToVideoShapes[model], body)).toEqual(expected);
  });
});

describe('video_to_video', () => {
  it.each<[string, object, string[]]>([
    ['gemini_omni_flash_1.1', { videoUri: uri, promptText: 'on', mode: 'extend', duration: 5 }, []],
    [
      'gemini_omni_flash_1.1',
      { promptVideo: uri, promptText: 'on' },
      ['videoUri invalid_type', ' unrecognized_keys'],
    ],
    ['gemini_omni_flash_1.1', { videoUri: uri, promptText: 'on', mode: 'upscale' }, ['mode invalid_value']],
    ['seedance2', { promptVideo: uri }, []],
    ['seedance2', { promptVideo: uri, mode: 'extend' }, [' unrecognized_keys']],
    ['seedance2_5', { promptVideo: uri, mode: 'edit', ratio: '854:480' }, []],
  ])('%s with %j', (model, body, expected) => {
    expect(findings(videoToVideoShapes[model], body)).toEqual(expected);
  });

  it('lets seedance2_5 extend with a prompt and without a ratio', () => {
    const body = { promptVideo: uri, mode: 'extend', promptText: 'on' };
    expect(findings(seedance25ExtendShape, body)).toEqual([]);
    expect(findings(seedance25ExtendShape, { ...body, ratio: '854:480' })).toEqual([' unrecognized_keys']);
    expect(findings(seedance25ExtendShape, { promptVideo: uri, mode: 'extend' })).toEqual([
      'promptText invalid_type',
    ]);
  });
});

describe('a media member', () => {
  const body = (promptVideo: string) => ({ promptVideo });

  it.each(['https://example.com/a.mp4', 'runway://token', 'data:video/mp4;base64,AAAA'])(
    'may be %s',
    (given) => {
      expect(findings(videoToVideoShapes['seedance2'], body(given))).toEqual([]);
    },
  );

  it.each([
    'http://example.com/a.mp4',
    'https://10.0.0.1/a.mp4',
    'https://[::1]/a.mp4',
    `https://example.com/${'a'.repeat(2048)}`,
    'data:video/mp4,raw',
    'runway://',
    '',
  ])('may not be %s', (given) => {
    expect(findings(videoToVideoShapes['seedance2'], body(given))).toEqual(['promptVideo invalid_format']);
  });
});
