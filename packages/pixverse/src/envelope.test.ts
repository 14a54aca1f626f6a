import { describe, expect, it } from 'vitest';
import { asJsonObject, parseEnvelope } from './envelope.ts';
import { JsonNumber } from './lossless-json/index.ts';

describe('parseEnvelope', () => {
  it('reads the usual casing', () => {
    expect(parseEnvelope('{"ErrCode":0,"ErrMsg":"Success","Resp":{"video_id":7}}')).toEqual({
      code: 0,
      message: 'Success',
      reply: { video_id: new JsonNumber('7') },
    });
  });

  it('reads the lower casing of the upload moderation answer', () => {
    expect(parseEnvelope('{"err_code":500052,"err_msg":"图片未过审","resp":"string"}')).toEqual({
      code: 500052,
      message: '图片未过审',
      reply: 'string',
    });
  });

  it('reads a code sent as a numeric string', () => {
    expect(parseEnvelope('{"ErrCode":"400017","ErrMsg":"invalid param"}')?.code).toBe(400017);
    expect(parseEnvelope('{"ErrCode":"0"}')?.code).toBe(0);
  });

  it('treats a null and an absent Resp alike', () => {
    expect(parseEnvelope('{"ErrCode":1,"ErrMsg":"x","Resp":null}')?.reply).toBeUndefined();
    expect(parseEnvelope('{"ErrCode":1,"ErrMsg":"x"}')?.reply).toBeUndefined();
  });

  it('does without a message', () => {
    expect(parseEnvelope('{"ErrCode":1}')?.message).toBeNull();
    expect(parseEnvelope('{"ErrCode":1,"ErrMsg":7}')?.message).toBeNull();
  });

  it.each([
    '',
    '<html>502</html>',
    'null',
    '[]',
    '"ErrCode"',
    '0',
    '{}',
    '{"code":0}',
    '{"ErrCode":null}',
    '{"ErrCode":"success"}',
    '{"ErrCode":1.5}',
    '{"ErrCode":""}',
    '{"ErrCode":true}',
    '{"ErrCode":0,"Resp":',
  ])('finds none in %j', (text) => {
    expect(parseEnvelope(text)).toBeUndefined();
  });
});

describe('asJsonObject', () => {
  it('tells objects from everything else JSON has', () => {
    expect(asJsonObject({ a: null })).toEqual({ a: null });
    for (const other of [undefined, null, 'a', true, [], new JsonNumber('1')]) {
      expect(asJsonObject(other)).toBeUndefined();
    }
  });
});
