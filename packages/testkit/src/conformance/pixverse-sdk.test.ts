import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPixverseEmulator } from '@pixsim7/emulators';
import type { PixverseEmulator } from '@pixsim7/emulators';
import { AGENT_IDS, describeVideoStatus, PixVerse, PixVerseAPIError } from '@pixsim7/pixverse';
import type { PixVerseId, SubmittedVideo } from '@pixsim7/pixverse';
import { samplePng } from './sample-files.ts';

// The SDK and the emulator were written down separately from the API's description. A slip in one of them shows here as a
// typed call that is refused, or an answer that cannot be read.

let emulator: PixverseEmulator;
let client: PixVerse;
let source: { source_video_id: PixVerseId };
let img: PixVerseId;
let audio: PixVerseId;

beforeAll(async () => {
  emulator = await startPixverseEmulator({
    renderSeconds: [0, 0],
    credits: 1_000_000,
    maxConcurrent: 1_000,
    maxFrameRate: 1,
  });
  client = new PixVerse({ apiKey: 'sk-0123456789abcdef', baseURL: emulator.baseUrl });
  const { img_id } = await client.images.upload({ file: new Blob([samplePng()], { type: 'image/png' }) });
  img = img_id;
  const { media_id } = await client.media.upload({ file: new Blob([silence(2)], { type: 'audio/wav' }) });
  audio = media_id;
  const { video_id } = await client.videos.textToVideo({
    model: 'v6-max',
    prompt: 'a boat',
    aspect_ratio: '16:9',
    quality: '360p',
    duration: 2,
  });
  await emulator.whenIdle();
  source = { source_video_id: video_id };
});

afterAll(async () => {
  await emulator.whenIdle();
  await emulator.close();
});

/** A wav without a sound, one byte a sample. */
function silence(seconds: number): Uint8Array<ArrayBuffer> {
  const rate = 8_000;
  const length = rate * seconds;
  const file = Buffer.alloc(44 + length, 128);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(36 + length, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(rate, 24);
  file.writeUInt32LE(rate, 28);
  file.writeUInt16LE(1, 32);
  file.writeUInt16LE(8, 34);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(length, 40);
  return new Uint8Array(file);
}

async function maskOf(keyframe: number): Promise<{ keyframe_id: number; mask_id: string }> {
  const { mask_info, keyframe_id, credits } = await client.masks.select({ ...source, keyframe_id: keyframe });
  expect(credits).toBe(2);
  return { keyframe_id: keyframe_id ?? 0, mask_id: mask_info[0]?.mask_id ?? '' };
}

const operations: Record<string, () => Promise<SubmittedVideo>> = {
  'lip sync of a recording': () => client.videos.lipSync({ ...source, audio_media_id: audio }),
  'lip sync of a text': () =>
    client.videos.lipSync({ ...source, lip_sync_tts_speaker_id: 'auto', lip_sync_tts_content: 'Ahoy' }),
  'sound effect': () =>
    client.videos.soundEffect({ ...source, original_sound_switch: true, sound_effect_content: 'waves' }),
  'restyle by id': () => client.videos.restyle({ ...source, restyle_id: '1', seed: 1 }),
  'restyle in words': () => client.videos.restyle({ ...source, restyle_prompt: 'clay' }),
  swap: async () => client.videos.swap({ ...source, ...(await maskOf(2)), img_id: img, quality: '360p' }),
  'motion control': () => client.videos.motionControl({ ...source, img_id: img, quality: '360p' }),
  modify: async () => {
    const { keyframe_id, mask_id } = await maskOf(1);
    return client.videos.modify({
      ...source,
      prompt: '@selection0 becomes @img0',
      img_ids: [img],
      mask_ids: [mask_id],
      keyframe_ids: keyframe_id,
      quality: '360p',
    });
  },
  upscale: () => client.videos.upscale(source),
  avatar: () => client.videos.avatar({ img_id: img, quality: '360p', audio_media_id: audio }),
  'viral recreation': () =>
    client.videos.agent({
      agent_id: AGENT_IDS.viralRecreation,
      prompt: 'the same with a boat',
      img_references: [{ img_id: img }],
      video_references: [source],
    }),
  'real estate': () =>
    client.videos.agent({
      agent_id: AGENT_IDS.realEstate,
      model: 'pro',
      mode: 'ad_house_tour',
      duration: 15,
      product_url: 'https://example.com/house',
    }),
  'music video': async () => {
    await client.audio.verify({ audio_media_id: audio });
    return client.videos.musicVideo({
      mv_agent_type: 'vibe_mv',
      audio_media_id: audio,
      aspect_ratio: '16:9',
      quality: '720p',
      img_references: [{ img_id: img }],
    });
  },
  'omni fusion': () =>
    client.videos.fusion({
      model: 'v6',
      reference_mode: 'omni',
      prompt: '@boat moves as in @clip ',
      duration: 0,
      quality: '360p',
      aspect_ratio: 'auto',
      image_references: [{ img_id: img, ref_name: 'boat', type: 'subject' }],
      video_references: [{ ...source, ref_name: 'clip' }],
    }),
};

describe('the SDK at the emulator', () => {
  it.each(Object.entries(operations))('%s is accepted, and charged as it says', async (_name, submit) => {
    const submitted = await submit();
    const video = await client.videos.retrieve(submitted.video_id);
    expect(describeVideoStatus(video.status).name).not.toBe('unknown');
    expect(video.credits).toBeGreaterThan(0);
    expect(submitted.credits ?? video.credits).toBe(video.credits);
  });

  it('makes an image by a template of the list', async () => {
    const { effect_items } = await client.templates.list({ type: 2, page: 1, pageSize: 10 });
    const template = effect_items.find(({ effect_type }) => effect_type === 1);
    const template_id = template?.template_id ?? '0';
    const { image_id, credits } = await client.images.generateFromTemplate({ img_ids: [img], template_id });
    await expect(client.images.retrieve(image_id)).resolves.toMatchObject({
      image_id,
      credits,
      template_id,
      customer_paths: { gen_img_req_img_ids: [img] },
    });
  });

  it('lists looks, a page at a time', async () => {
    const [first] = await client.restyles.list({ page_num: 1, page_size: 2 });
    expect(first).toMatchObject({ restyle_id: '1', restyle_name: 'anime' });
    await expect(client.restyles.list({ page_num: 99, page_size: 2 })).resolves.toEqual([]);
  });

  it('makes a voice, finds it, and deletes it once', async () => {
    const { speaker_id } = await client.speakers.create({ name: 'Captain', audio_media_id: audio });
    const own = { page_num: 1, page_size: 10, speaker_type: 'custom' } as const;
    await expect(client.speakers.list(own)).resolves.toEqual({
      total: 1,
      data: [{ speaker_id, name: 'Captain', speaker_type: 'custom' }],
    });
    await client.speakers.delete(speaker_id);
    await expect(client.speakers.delete(speaker_id)).rejects.toBeInstanceOf(PixVerseAPIError);
    const { total, data } = await client.speakers.listSystem({ page_num: 2, page_size: 7 });
    expect([total, data.length]).toEqual([15, 7]);
  });

  it('finds every charge in the ledger, over pages', async () => {
    const now = Date.now();
    const time = (milliseconds: number): string =>
      new Date(milliseconds).toISOString().slice(0, 19).replace('T', ' ');
    const window = { start_time: time(now - 3_600_000), end_time: time(now + 3_600_000) };
    const whole = await client.account.usage({ ...window, limit: 100 });
    const ids: unknown[] = [];
    for await (const item of client.account.usageItems({ ...window, limit: 2 })) {
      ids.push(item.id);
    }
    expect(whole.items).not.toEqual([]);
    expect(ids).toEqual(whole.items.map(({ id }) => id));
    const made = whole.items.find(({ video_id }) => video_id === source.source_video_id);
    expect(made).toMatchObject({ creation_type: 'text_to_video', credits_status: 'consume' });
  });
});
