import { describe, expect, it } from 'vitest';
import { clientOf, emulatorFor, textOf } from '../__tests__/client.ts';
import { filmFacts, filmFile, soundFile } from '../__tests__/media-files.ts';
import { stateDirectory } from '../__tests__/state-directory.ts';

const film = { mv_agent_type: 'vibe_mv', aspect_ratio: '16:9', quality: '720p' };

describe('POST /audio/verification', () => {
  it('opens the way to a music video, for good', async () => {
    const stateDir = await stateDirectory();
    const first = await emulatorFor({ stateDir });
    const music = await first.client.media(soundFile(2));
    const body = { ...film, audio_media_id: music };
    expect((await first.client.post('/video/music_mv_agent/generate', body)).code).toBe(701020);
    const { resp, code } = await first.client.post('/audio/verification', { audio_media_id: music });
    expect([code, resp]).toEqual([0, {}]);
    const { client, emulator } = await emulatorFor({ stateDir, clock: first.clock });
    const made = await client.post('/video/music_mv_agent/generate', body);
    await emulator.whenIdle();
    const result = await client.get(`/video/result/${textOf(made.resp, 'video_id')}`);
    expect(await filmFacts(textOf(result.resp, 'url'))).toEqual({
      width: 1280,
      height: 720,
      seconds: 2,
      sound: 'aac',
    });
    expect((await client.get('/account/balance')).resp['credit_monthly']).toBe(15_000 - 48);
  });

  it('refuses what is no music of the account, and what its name says', async () => {
    const { client, emulator } = await emulatorFor();
    const music = await client.media(soundFile(1));
    const codeOf = async (id: bigint | string | null) =>
      (await client.post('/audio/verification', { audio_media_id: id })).code;
    expect(await codeOf(null)).toBe(400011);
    expect(await codeOf(String(music))).toBe(400013);
    expect(await codeOf(await client.media(await filmFile(160, 90, 1)))).toBe(400017);
    expect(await codeOf(await client.media(soundFile(1, 'song [refuse].wav')))).toBe(500063);
    const other = clientOf(emulator, 'sk-other');
    expect((await other.post('/audio/verification', { audio_media_id: music })).code).toBe(500008);
  });
});
