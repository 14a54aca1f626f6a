import { describe, expect, it } from 'vitest';
import { encodeBody, ID_FIELDS, toBodyText } from './encode-body.ts';
import { PixVerseInputError } from './errors.ts';
import { JsonNumber } from './lossless-json/index.ts';

const LONG_ID = '343252978602905123';

describe('encodeBody', () => {
  it.each(ID_FIELDS)('writes %s as a bare number', (field) => {
    expect(encodeBody({ [field]: LONG_ID })).toBe(`{"${field}":${LONG_ID}}`);
  });

  it('writes ids inside lists and nested objects', () => {
    const body = {
      img_ids: [LONG_ID, '0'],
      image_references: [{ type: 'subject', img_id: LONG_ID, ref_name: 'dog' }],
    };
    expect(encodeBody(body)).toBe(
      `{"img_ids":[${LONG_ID},0],"image_references":[{"type":"subject","img_id":${LONG_ID},"ref_name":"dog"}]}`,
    );
  });

  it('leaves digits in other fields alone', () => {
    const body = { webhook_id: '1234', prompt: '42', ref_name: '7', mask_id: '9' };
    expect(encodeBody(body)).toBe(JSON.stringify(body));
  });

  it('drops undefined fields, also in the place of an id, and adds none', () => {
    expect(encodeBody({ prompt: 'rain', seed: undefined, template_id: undefined })).toBe('{"prompt":"rain"}');
    expect(encodeBody({})).toBe('{}');
  });

  it('takes an id as a safe integer or as a parsed number', () => {
    expect(encodeBody({ img_id: 7 })).toBe('{"img_id":7}');
    expect(encodeBody({ img_id: new JsonNumber(LONG_ID) })).toBe(`{"img_id":${LONG_ID}}`);
  });

  it.each([
    ['a rounded number', Number(LONG_ID)],
    ['a fraction', 1.5],
    ['a word', 'first-frame'],
    ['an injection', '1,"duration":15'],
    ['null', null],
    ['an object', {}],
  ])('refuses %s in an id field', (_name, value) => {
    expect(() => encodeBody({ img_id: value })).toThrow(PixVerseInputError);
    expect(() => encodeBody({ img_ids: [value] })).toThrow(/img_ids must be a PixVerse id/);
  });

  it('refuses what JSON cannot express, and names the cause', () => {
    expect(() => encodeBody({ duration: Number.NaN })).toThrow(
      expect.objectContaining({
        code: 'invalid_input',
        mayHaveBeenProcessed: false,
        cause: expect.any(TypeError),
      }),
    );
  });
});

describe('toBodyText', () => {
  it('encodes an object', () => {
    expect(toBodyText({ img_id: LONG_ID })).toBe(encodeBody({ img_id: LONG_ID }));
  });

  it('passes text byte for byte', () => {
    const text = `{ "img_id" : ${LONG_ID},\n"prompt":"caf\\u00e9" }`;
    expect(toBodyText(text)).toBe(text);
  });

  it.each(['', 'prompt', '[]', '7', '"{}"', 'null', '{"a":1'])('refuses the text %j', (text) => {
    expect(() => toBodyText(text)).toThrow(PixVerseInputError);
  });
});
