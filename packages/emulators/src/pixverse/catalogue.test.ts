import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { emulatorFor, textBody, textOf } from '../__tests__/client.ts';
import { isJsonObject, parseLossless } from '../http/lossless-json.ts';
import type { JsonObject, JsonValue } from '../http/lossless-json.ts';

function objectsIn(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

/** The list is the reply's `Resp` itself, which the client does not read. */
function restylesOf(text: string): JsonObject[] {
  const body = parseLossless(text);
  return isJsonObject(body) ? objectsIn(body['Resp']) : [];
}

/** `fetch` refuses to send a body with GET. */
async function getWithBody(url: string, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = {
      'API-KEY': 'sk-me',
      'Ai-trace-id': randomUUID(),
      'content-length': Buffer.byteLength(body),
    };
    const sent = request(url, { method: 'GET', headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (piece: string) => (text += piece));
      response.on('end', () => resolve(text));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

async function pictureAt(url: string): Promise<[number | undefined, number | undefined, string | undefined]> {
  const { width, height, format } = await sharp(await (await fetch(url)).arrayBuffer()).metadata();
  return [width, height, format];
}

describe('GET /video/restyle/list', () => {
  it('reads its page from the query', async () => {
    const { client } = await emulatorFor();
    const first = restylesOf((await client.get('/video/restyle/list?page_num=1&page_size=1')).text);
    expect(first).toEqual([
      { restyle_id: 1, restyle_name: 'anime', restyle_prompt: 'anime style', cover_url: expect.any(String) },
    ]);
    expect(await pictureAt(textOf(first[0] ?? {}, 'cover_url'))).toEqual([320, 180, 'png']);
    expect((await client.get('/video/restyle/list')).code).toBe(400011);
  });

  it('reads its page from a body, too', async () => {
    const { emulator } = await emulatorFor();
    const url = `${emulator.baseUrl}/video/restyle/list`;
    const page = restylesOf(await getWithBody(url, '{"page_num":2,"page_size":3}'));
    expect(page.map((effect) => effect['restyle_id'])).toEqual([4, 5, 6]);
    expect(await getWithBody(url, '{"page_num":"2","page_size":3}')).toContain('400013');
    expect(await getWithBody(url, 'page 2')).toContain('400013');
    expect(await getWithBody(url, ' '.repeat(70_000))).toContain('too large');
  });
});

describe('GET /video/effects/templates/list', () => {
  it('lists effects of videos and of images', async () => {
    const { client } = await emulatorFor();
    const videos = objectsIn((await client.get('/video/effects/templates/list')).resp['effect_items']);
    expect(videos[1]).toMatchObject({
      template_id: 302_325_299_692_609,
      display_name: 'Handshake',
      effect_type: 2,
      template_type: 1,
      qualities: ['360p', '540p', '720p', '1080p'],
      duration: 5,
    });
    expect(await pictureAt(textOf(videos[1] ?? {}, 'cover'))).toEqual([320, 180, 'png']);
    const images = await client.get('/video/effects/templates/list?type=2&page=1&pageSize=20');
    expect(objectsIn(images.resp['effect_items']).map((item) => item['template_id'])).toContain(
      384_631_857_552_768,
    );
    const second = await client.get('/video/effects/templates/list?type=2&page=2&pageSize=20');
    expect(second.resp).toEqual({ effect_items: [] });
    expect((await client.get('/video/effects/templates/list?type=3')).code).toBe(400017);
    expect((await client.get('/video/effects/templates/list?pageSize=7')).code).toBe(400017);
  });

  it('lists what is not activated, too', async () => {
    const { client } = await emulatorFor();
    await client.control('POST', '/settings', { active_templates: ['77'] });
    const { resp } = await client.get('/video/effects/templates/list');
    const ids = objectsIn(resp['effect_items']).map((item) => textOf(item, 'template_id'));
    expect(ids).toContain('77');
    expect(ids).toContain('302325299692608');
    const body = { ...textBody, template_id: 302_325_299_692_608 };
    expect((await client.post('/video/text/generate', body)).code).toBe(500070);
  });
});
