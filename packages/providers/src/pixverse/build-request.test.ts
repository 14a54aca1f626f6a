import { describe, expect, it } from 'vitest';
import type { JobParameters, OperationType } from '@pixsim7/contracts';
import { inputsOf, mappedOf } from '../__tests__/mapping-results.ts';
import type { RequestContext } from '../contract/adapter.ts';
import type { JsonObject } from '../contract/json.ts';
import { buildRequest } from './build-request.ts';
import { mapParameters } from './map-parameters.ts';

/** Beyond 2^53, where a JavaScript number would lose digits. */
const bigId = '343252978602905123';

const context = (credentials: Record<string, string> = {}): RequestContext => ({
  account: { accountId: 'acc_1', credentials: { api_key: 'sk-1', ...credentials }, baseUrl: null },
  webhookUrl: null,
});

function build(
  operation: OperationType,
  params: JobParameters,
  references: Record<string, JsonObject> = {},
  credentials: Record<string, string> = {},
) {
  return buildRequest(mappedOf(mapParameters(operation, params)), inputsOf(references), context(credentials));
}

describe('buildRequest', () => {
  it('text_to_video has no inputs', () => {
    expect(build('text_to_video', { prompt: 'rain' })).toEqual({
      endpoint: { method: 'POST', path: '/video/text/generate' },
      body: '{"prompt":"rain","model":"v5","quality":"540p","duration":5,"aspect_ratio":"16:9"}',
      payload: { prompt: 'rain', model: 'v5', quality: '540p', duration: 5, aspect_ratio: '16:9' },
    });
  });

  it('writes ids as bare numbers on the wire and as strings for reading', () => {
    const request = build(
      'image_to_video',
      { prompt: 'rain', image_url: 'ast_1' },
      { first_frame: { img_id: bigId } },
    );
    expect(request.endpoint.path).toBe('/video/img/generate');
    expect(request.body).toContain(`"img_id":${bigId},`);
    expect(request.payload).toMatchObject({ img_id: bigId });
  });

  it('writes a template id as a bare number, a webhook id as a string', () => {
    const { body } = build('text_to_video', {
      prompt: 'rain',
      provider_options: { template_id: bigId, webhook_id: '1234' },
    });
    expect(body).toContain(`"template_id":${bigId}`);
    expect(body).toContain('"webhook_id":"1234"');
  });

  it('puts the two frames of a transition into their fields, by name and not by order', () => {
    const { endpoint, payload } = build(
      'video_transition',
      { prompt: 'turn', image_urls: ['ast_1', 'ast_2'] },
      { last_frame: { img_id: '2' }, first_frame: { img_id: '1' } },
    );
    expect(endpoint.path).toBe('/video/transition/generate');
    expect(payload).toMatchObject({ first_frame_img: '1', last_frame_img: '2' });
  });

  it('writes the steps of a multi-transition, the last without a length', () => {
    const { endpoint, body } = build(
      'video_transition',
      { prompts: ['dawn', 'noon'], durations: [2, 3], image_urls: ['a', 'b', 'c'] },
      { 'keyframe/0': { img_id: '10' }, 'keyframe/1': { img_id: '11' }, 'keyframe/2': { img_id: bigId } },
    );
    expect(endpoint.path).toBe('/video/multi_transition/generate');
    expect(body).toBe(
      '{"multi_transition":[{"img_id":10,"duration":2,"prompt":"dawn"},{"img_id":11,"duration":3,"prompt":"noon"},' +
        `{"img_id":${bigId},"duration":0}],"model":"v5","quality":"540p"}`,
    );
  });

  it.each([['source_video_id'], ['video_media_id']])('extends by %s', (field) => {
    const { endpoint, body } = build(
      'video_extend',
      { prompt: 'on', video_url: 'ast_1', seed: 3 },
      { source: { [field]: bigId } },
    );
    expect(endpoint.path).toBe('/video/extend/generate');
    expect(JSON.parse(body)).toMatchObject({ prompt: 'on', seed: 3, [field]: Number(bigId) });
    expect(body).toContain(`"${field}":${bigId}`);
  });

  it('names the references of a fusion', () => {
    const { endpoint, payload } = build(
      'fusion',
      {
        prompt: '@dog in @room',
        fusion_assets: [
          { image_url: 'a', name: 'dog', type: 'subject' },
          { image_url: 'b', name: 'room', type: 'background' },
        ],
      },
      { 'reference/0': { img_id: '1' }, 'reference/1': { img_id: '2' } },
    );
    expect(endpoint.path).toBe('/video/fusion/generate');
    expect(payload).toMatchObject({
      image_references: [
        { type: 'subject', img_id: '1', ref_name: 'dog' },
        { type: 'background', img_id: '2', ref_name: 'room' },
      ],
    });
  });

  it('refuses to write a request that lacks an input, or has one of another kind', () => {
    const params = { prompt: 'rain', image_url: 'ast_1' };
    expect(() => build('image_to_video', params)).toThrow('first_frame has not been resolved');
    expect(() => build('image_to_video', params, { first_frame: { video_media_id: '1' } })).toThrow(
      'has no img_id',
    );
  });

  it('names the webhook of the account where PixVerse announces the end', () => {
    const webhook = { webhook_id: '1234' };
    const image = { first_frame: { img_id: '5' } };
    const text = build('text_to_video', { prompt: 'rain' }, {}, webhook);
    expect(text.body).toContain('"webhook_id":"1234"');
    const fromImage = build('image_to_video', { prompt: 'rain', image_url: 'ast_1' }, image, webhook);
    expect(fromImage.payload).toMatchObject(webhook);
    const source = { source: { source_video_id: '7' } };
    const extended = build('video_extend', { prompt: 'rain', video_url: 'ast_1' }, source, webhook);
    expect(extended.payload).not.toHaveProperty('webhook_id');
  });

  it('lets a job name a webhook of its own', () => {
    const params = { prompt: 'rain', provider_options: { webhook_id: '77' } };
    expect(build('text_to_video', params, {}, { webhook_id: '1234' }).payload).toMatchObject({
      webhook_id: '77',
    });
  });

  it('works on a mapped request that was stored as JSON', () => {
    const mapped = mappedOf(mapParameters('image_to_video', { prompt: 'rain', image_url: 'ast_1' }));
    const inputs = inputsOf({ first_frame: { img_id: '5' } });
    const stored = JSON.parse(JSON.stringify(mapped)) as typeof mapped;
    expect(buildRequest(stored, inputs, context())).toEqual(buildRequest(mapped, inputs, context()));
  });
});
