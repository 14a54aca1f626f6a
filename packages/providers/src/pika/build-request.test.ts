import { describe, expect, it } from 'vitest';
import type { JobParameters, OperationType } from '@pixsim7/contracts';
import { inputsOf, mappedOf } from '../__tests__/mapping-results.ts';
import type { JsonObject } from '../contract/json.ts';
import { buildRequest } from './build-request.ts';
import { mapParameters } from './map-parameters.ts';

const account = { accountId: 'acc_1', credentials: {}, baseUrl: null };

function mapped(operation: OperationType, params: JobParameters) {
  return mappedOf(mapParameters(operation, params));
}

function build(
  operation: OperationType,
  params: JobParameters,
  references: Record<string, JsonObject> = {},
  webhookUrl: string | null = null,
) {
  return buildRequest(mapped(operation, params), inputsOf(references), { account, webhookUrl });
}

describe('buildRequest', () => {
  it('writes the body that is sent, without a wrapper', () => {
    expect(build('text_to_video', { prompt: 'rain' })).toEqual({
      endpoint: { method: 'POST', path: '/fal-ai/pika/v2.2/text-to-video' },
      body: '{"prompt":"rain","aspect_ratio":"16:9","resolution":"720p","duration":5}',
      payload: { prompt: 'rain', aspect_ratio: '16:9', resolution: '720p', duration: 5 },
    });
  });

  it('names where the end may be reported in the query', () => {
    expect(
      build('text_to_video', { prompt: 'rain' }, {}, 'https://me.test/hooks/pika/t?x=1').endpoint.path,
    ).toBe('/fal-ai/pika/v2.2/text-to-video?fal_webhook=https%3A%2F%2Fme.test%2Fhooks%2Fpika%2Ft%3Fx%3D1');
  });

  it('puts the address of the image into its field', () => {
    const { payload } = build(
      'image_to_video',
      { prompt: 'rain', image_url: 'ast_1' },
      { first_frame: { url: 'https://cdn.test/1.png' } },
    );
    expect(payload).toMatchObject({ image_url: 'https://cdn.test/1.png', prompt: 'rain' });
  });

  it('keeps images in the order of the caller, by name', () => {
    const { endpoint, payload } = build(
      'video_transition',
      { image_urls: ['a', 'b', 'c'], durations: [4, 6], prompt: 'morph' },
      { 'keyframe/2': { url: '3' }, 'keyframe/0': { url: '1' }, 'keyframe/1': { url: '2' } },
    );
    expect(endpoint.path).toBe('/fal-ai/pika/v2.2/pikaframes');
    expect(payload).toEqual({
      image_urls: ['1', '2', '3'],
      prompt: 'morph',
      resolution: '720p',
      transitions: [{ duration: 4 }, { duration: 6 }],
    });
  });

  it('names the references of a fusion by address', () => {
    const { payload } = build(
      'fusion',
      {
        prompt: 'a dog',
        fusion_assets: [{ image_url: 'a', name: 'dog', type: 'subject' }],
        provider_options: { allow_unlisted: true },
      },
      { 'reference/0': { url: '1' } },
    );
    expect(payload).toMatchObject({ image_urls: ['1'], ingredients_mode: 'precise' });
    expect(payload).not.toHaveProperty('allow_unlisted');
  });

  it('refuses to write a request that lacks an input, or has one of another provider', () => {
    const params = { prompt: 'rain', image_url: 'ast_1' };
    expect(() => build('image_to_video', params)).toThrow('first_frame has not been resolved');
    expect(() => build('image_to_video', params, { first_frame: { img_id: '1' } })).toThrow('has no url');
  });

  it('works on a mapped request that was stored as JSON', () => {
    const one = mapped('image_to_video', { prompt: 'rain', image_url: 'ast_1' });
    const inputs = inputsOf({ first_frame: { url: '1' } });
    const context = { account, webhookUrl: null };
    expect(buildRequest(JSON.parse(JSON.stringify(one)) as typeof one, inputs, context)).toEqual(
      buildRequest(one, inputs, context),
    );
  });
});
