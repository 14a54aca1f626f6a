import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileResponse } from './media-file.ts';

let directory: string;
let file: string;
let emptyFile: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'media-file-'));
  file = join(directory, 'file.mp4');
  emptyFile = join(directory, 'empty.mp4');
  await writeFile(file, '0123456789');
  await writeFile(emptyFile, '');
});

afterAll(() => rm(directory, { recursive: true }));

function ask(range: string | null, method = 'GET'): Promise<Response> {
  const request = new Request('http://127.0.0.1/file.mp4', {
    method,
    headers: range === null ? {} : { range },
  });
  return fileResponse(request, file, 'video/mp4');
}

describe('fileResponse', () => {
  it('gives the whole file with its length and type', async () => {
    const response = await ask(null);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-length')).toBe('10');
    expect(response.headers.get('content-type')).toBe('video/mp4');
    expect(response.headers.get('accept-ranges')).toBe('bytes');
    expect(await response.text()).toBe('0123456789');
  });

  it.each([
    ['bytes=0-3', '0123', 'bytes 0-3/10'],
    ['bytes=8-', '89', 'bytes 8-9/10'],
    ['bytes=-3', '789', 'bytes 7-9/10'],
    ['bytes=-99', '0123456789', 'bytes 0-9/10'],
    ['bytes=5-99', '56789', 'bytes 5-9/10'],
  ])('gives the part %s', async (range, text, contentRange) => {
    const response = await ask(range);
    expect(response.status).toBe(206);
    expect(response.headers.get('content-range')).toBe(contentRange);
    expect(response.headers.get('content-length')).toBe(String(text.length));
    expect(await response.text()).toBe(text);
  });

  it.each(['bytes=10-', 'bytes=5-4', 'bytes=-0'])('refuses %s', async (range) => {
    const response = await ask(range);
    expect(response.status).toBe(416);
    expect(response.headers.get('content-range')).toBe('bytes */10');
  });

  it.each(['bytes=-', 'bytes=0-1,4-5', 'lines=0-1'])('ignores %s', async (range) => {
    expect((await ask(range)).status).toBe(200);
  });

  it('answers HEAD without a body but with its length', async () => {
    const response = await ask(null, 'HEAD');
    expect(response.headers.get('content-length')).toBe('10');
    expect(await response.text()).toBe('');
  });

  it('gives an empty file', async () => {
    const response = await fileResponse(new Request('http://127.0.0.1/'), emptyFile, 'video/mp4');
    expect(response.headers.get('content-length')).toBe('0');
    expect(await response.text()).toBe('');
  });
});
