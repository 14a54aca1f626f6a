import { describe, expect, it } from 'vitest';
import { success, testClient } from '../__tests__/recorded-fetch.ts';
import type { RecordedRequest } from '../__tests__/recorded-fetch.ts';

const LONG_ID = '343252978602905123';
const IMAGE = success(`{"img_id":${LONG_ID},"img_url":"https://media.example/1.png"}`);
const MEDIA = success(`{"media_id":${LONG_ID},"media_type":"video","url":"https://media.example/1.mp4"}`);

function formFields(request: RecordedRequest | undefined): unknown[] {
  return request?.body instanceof FormData ? [...request.body] : [];
}

function filePart(request: RecordedRequest | undefined, field: string): File {
  const part = request?.body instanceof FormData ? request.body.get(field) : null;
  expect(part).toBeInstanceOf(File);
  return part as File;
}

describe('images.upload', () => {
  it('sends the bytes, the type and a name', async () => {
    const { client, requests } = testClient([IMAGE]);
    const file = new Blob(['the bytes'], { type: 'image/png' });
    await expect(client.images.upload({ file })).resolves.toEqual({
      img_id: LONG_ID,
      img_url: 'https://media.example/1.png',
    });
    const part = filePart(requests[0], 'image');
    expect([part.name, part.type, await part.text()]).toEqual(['upload.png', 'image/png', 'the bytes']);
  });

  it('sends an address as a text field, alone', async () => {
    const { client, requests } = testClient([IMAGE]);
    await client.images.upload({ imageUrl: 'https://media.example/1.png' });
    expect(formFields(requests[0])).toEqual([['image_url', 'https://media.example/1.png']]);
  });

  it('does without the address in the reply, not without the id', async () => {
    const { client } = testClient([success('{"img_id":7}'), success('{"img_url":"x"}')]);
    await expect(client.images.upload({ imageUrl: 'x' })).resolves.toEqual({ img_id: '7' });
    await expect(client.images.upload({ imageUrl: 'x' })).rejects.toMatchObject({
      code: 'unusable_response',
    });
  });

  it('refuses a file that is none', async () => {
    const { client, requests } = testClient([]);
    const file = 'image.png' as unknown as Blob;
    await expect(client.images.upload({ file })).rejects.toMatchObject({ code: 'invalid_input' });
    expect(requests).toEqual([]);
  });
});

describe('media.upload', () => {
  it('sends a file', async () => {
    const { client, requests } = testClient([MEDIA]);
    const file = new File(['frames'], 'walk.mov', { type: 'video/quicktime' });
    await expect(client.media.upload({ file })).resolves.toEqual({
      media_id: LONG_ID,
      media_type: 'video',
      url: 'https://media.example/1.mp4',
    });
    const part = filePart(requests[0], 'file');
    expect([part.name, part.type, await part.text()]).toEqual(['walk.mov', 'video/quicktime', 'frames']);
  });

  it('sends an address', async () => {
    const { client, requests } = testClient([MEDIA]);
    await client.media.upload({ fileUrl: 'https://media.example/1.mp4' });
    expect(formFields(requests[0])).toEqual([['file_url', 'https://media.example/1.mp4']]);
  });

  it('reads a media type it does not know as absent', async () => {
    const { client } = testClient([success('{"media_id":7,"media_type":"hologram"}')]);
    await expect(client.media.upload({ fileUrl: 'x' })).resolves.toEqual({ media_id: '7' });
  });

  it('cannot use a reply without id', async () => {
    const { client } = testClient([success('{"media_type":"video"}')]);
    await expect(client.media.upload({ fileUrl: 'x' })).rejects.toMatchObject({ code: 'unusable_response' });
  });
});

describe('the name of an uploaded file', () => {
  it.each([
    ['the caller’s', { file: new File(['x'], 'a.png', { type: 'image/png' }), filename: 'b.png' }, 'b.png'],
    ['the file’s', { file: new File(['x'], 'a.png', { type: 'image/png' }) }, 'a.png'],
    ['made from an image type', { file: new Blob(['x'], { type: 'image/jpeg' }) }, 'upload.jpg'],
    ['made from an audio type', { file: new Blob(['x'], { type: 'audio/mp4' }) }, 'upload.mp3'],
    ['made without an extension', { file: new Blob(['x'], { type: 'text/plain' }) }, 'upload'],
    ['made for a file without name', { file: new File(['x'], '', { type: 'video/webm' }) }, 'upload.webm'],
  ])('is %s', async (_name, upload, expected) => {
    const { client, requests } = testClient([MEDIA]);
    await client.media.upload(upload);
    expect(filePart(requests[0], 'file').name).toBe(expected);
  });
});
