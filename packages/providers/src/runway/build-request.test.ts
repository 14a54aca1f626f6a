import { describe, expect, it } from 'vitest';
import type { JobParameters, OperationType } from '@pixsim7/contracts';
import { inputsOf, mappedOf } from '../__tests__/mapping-results.ts';
import type { JsonObject } from '../contract/json.ts';
import { buildRequest } from './build-request.ts';
import { mapParameters } from './map-parameters.ts';

function mapped(operation: OperationType, params: JobParameters) {
  return mappedOf(mapParameters(operation, params));
}

function build(operation: OperationType, params: JobParameters, references: Record<string, JsonObject> = {}) {
  return buildRequest(mapped(operation, params), inputsOf(references));
}

describe('buildRequest', () => {
  it('writes the same as text and for reading', () => {
    const request = build('text_to_video', { prompt: 'café "…"', seed: 3 });
    expect(request).toEqual({
      endpoint: { method: 'POST', path: '/v1/text_to_video' },
      body: '{"model":"gen4.5","promptText":"café \\"…\\"","ratio":"1280:720","duration":5,"seed":3}',
      payload: { model: 'gen4.5', promptText: 'café "…"', ratio: '1280:720', duration: 5, seed: 3 },
    });
  });

  it('puts frames where they belong, by name and not by order', () => {
    const { endpoint, payload } = build(
      'video_transition',
      { prompt: 'turn', image_urls: ['ast_1', 'ast_2'] },
      { last_frame: { uri: 'runway://2' }, first_frame: { uri: 'runway://1' } },
    );
    expect(endpoint.path).toBe('/v1/image_to_video');
    expect(payload).toMatchObject({
      promptImage: [
        { uri: 'runway://1', position: 'first' },
        { uri: 'runway://2', position: 'last' },
      ],
    });
  });

  it('sends one frame with its position too', () => {
    const { payload } = build(
      'image_to_video',
      { prompt: 'rain', image_url: 'ast_1' },
      { first_frame: { uri: 'runway://1' } },
    );
    expect(payload).toMatchObject({ promptImage: [{ uri: 'runway://1', position: 'first' }] });
  });

  it.each([
    ['gemini_omni_flash_1.1', 'videoUri'],
    ['seedance2_5', 'promptVideo'],
  ])('names the source of %s %s', (model, member) => {
    const { endpoint, payload } = build(
      'video_extend',
      { prompt: 'on', video_url: 'ast_1', model },
      { source: { uri: 'runway://v' } },
    );
    expect(endpoint.path).toBe('/v1/video_to_video');
    expect(payload).toMatchObject({ mode: 'extend', [member]: 'runway://v' });
  });

  it('lists references without positions', () => {
    const { endpoint, payload } = build(
      'fusion',
      { prompt: 'a dog', fusion_assets: [{ image_url: 'a', name: 'dog', type: 'subject' }] },
      { 'reference/0': { uri: 'runway://1' } },
    );
    expect(endpoint.path).toBe('/v1/text_to_video');
    expect(payload).toMatchObject({ references: [{ uri: 'runway://1' }] });
  });

  it('refuses to write a request that lacks an input, or has one of another provider', () => {
    const params = { prompt: 'rain', image_url: 'ast_1' };
    expect(() => build('image_to_video', params)).toThrow('first_frame has not been resolved');
    expect(() => build('image_to_video', params, { first_frame: { img_id: '1' } })).toThrow('has no uri');
  });

  it('works on a mapped request that was stored as JSON', () => {
    const request = mapped('text_to_video', { prompt: 'rain' });
    const stored = JSON.parse(JSON.stringify(request)) as typeof request;
    expect(buildRequest(stored, new Map())).toEqual(buildRequest(request, new Map()));
  });
});
