import { describe, expect, it } from 'vitest';
import { clientOf, emulatorFor, textOf } from '../__tests__/client.ts';
import { filmFile, soundFile } from '../__tests__/media-files.ts';
import { isJsonObject } from '../http/lossless-json.ts';
import type { JsonObject } from '../http/lossless-json.ts';

function names({ data }: JsonObject): string[] {
  return Array.isArray(data) ? data.filter(isJsonObject).map((speaker) => textOf(speaker, 'name')) : [];
}

describe('GET /video/lip_sync/tts_list', () => {
  it('gives the page asked for', async () => {
    const { client } = await emulatorFor();
    const { resp, message } = await client.get('/video/lip_sync/tts_list?page_num=2&page_size=2');
    expect(message).toBe('Success');
    expect(resp).toEqual({
      total: 15,
      data: [
        { speaker_id: '3', name: 'Isabella' },
        { speaker_id: '9', name: 'Sophia' },
      ],
    });
    expect(names((await client.get('/video/lip_sync/tts_list?page_num=9&page_size=2')).resp)).toEqual([]);
  });

  it.each([
    ['', 400011],
    ['page_num=1', 400011],
    ['page_num=one&page_size=2', 400013],
    ['page_num=0&page_size=2', 400017],
    ['page_num=1&page_size=101', 400017],
  ])('refuses ?%s with %i', async (query, code) => {
    const { client } = await emulatorFor();
    expect((await client.get(`/video/lip_sync/tts_list?${query}`)).code).toBe(code);
  });
});

describe('/video/tts_speaker', () => {
  it('lists 10 speakers unless it is asked for more', async () => {
    const { client } = await emulatorFor();
    expect(names((await client.get('/video/tts_speaker')).resp)).toHaveLength(10);
    expect(names((await client.get('/video/tts_speaker?page_num=1&page_size=20')).resp)).toHaveLength(15);
    expect((await client.get('/video/tts_speaker?page_size=15')).code).toBe(400017);
    expect((await client.get('/video/tts_speaker?speaker_type=mine')).code).toBe(400017);
  });

  it('makes, lists, uses and deletes a voice, for its own account only', async () => {
    const { emulator, client } = await emulatorFor();
    const audio = await client.media(soundFile(3));
    const made = await client.post('/video/tts_speaker', { name: 'Sample voice', audio_media_id: audio });
    const id = textOf(made.resp, 'speaker_id');
    const custom = '/video/tts_speaker?speaker_type=custom';
    expect(names((await client.get(custom)).resp)).toEqual(['Sample voice']);
    const other = clientOf(emulator, 'sk-other');
    expect(names((await other.get(custom)).resp)).toEqual([]);
    expect((await other.delete(`/video/tts_speaker/${id}`)).code).toBe(500008);

    const lipSync = {
      video_media_id: await client.media(await filmFile(160, 90, 1)),
      lip_sync_tts_speaker_id: id,
      lip_sync_tts_content: 'hello',
    };
    expect((await client.post('/video/lip_sync/generate', lipSync)).code).toBe(0);
    expect((await client.delete(`/video/tts_speaker/${id}`)).code).toBe(0);
    expect((await client.delete(`/video/tts_speaker/${id}`)).code).toBe(500008);
    expect((await client.post('/video/lip_sync/generate', lipSync)).code).toBe(400017);
    expect((await client.delete('/video/tts_speaker/7')).code).toBe(500020);
    await emulator.whenIdle();
  });

  it('makes no voice of a picture, of nothing, or without a name', async () => {
    const { client } = await emulatorFor();
    const film = await client.media(await filmFile(160, 90, 1));
    const codeOf = async (body: JsonObject) => (await client.post('/video/tts_speaker', body)).code;
    expect(await codeOf({ name: 'x', audio_media_id: film })).toBe(400017);
    expect(await codeOf({ name: 'x', audio_media_id: 99 })).toBe(500008);
    expect(await codeOf({ name: 'x', audio_media_id: String(film) })).toBe(400013);
    expect(await codeOf({ audio_media_id: film })).toBe(400011);
  });
});
