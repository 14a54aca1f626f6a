import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { runwayEmulatorFor, uploadablePicture } from '../__tests__/runway-client.ts';
import { stateDirectory } from '../__tests__/state-directory.ts';

let stateDir: string;

beforeEach(async () => {
  stateDir = await stateDirectory();
});

describe('an emulator with a state directory', () => {
  it('knows after a kill what it has accepted, charged, started and deleted', async () => {
    const options = { stateDir, credits: 100, renderSeconds: [50, 50], maxConcurrent: 1 } as const;
    const first = await runwayEmulatorFor(options);
    const uri = await first.client.upload(await uploadablePicture());
    const running = await first.client.submit();
    const waiting = await first.client.submit();
    const deleted = await first.client.submit();
    await first.client.call('DELETE', `/v1/tasks/${deleted}`);
    const before = await first.client.control('GET', '/state');

    const second = await runwayEmulatorFor({ ...options, credits: 999, clock: first.clock });
    const after = await second.client.control('GET', '/state');
    expect(after['generations']).toEqual(before['generations']);
    expect(after['accounts']).toEqual(before['accounts']);
    expect((await second.client.call('GET', '/v1/organization')).json['creditBalance']).toBe(52);
    expect((await second.client.task(running)).json['status']).toBe('PENDING');
    expect((await second.client.task(waiting)).json['status']).toBe('THROTTLED');
    expect((await second.client.task(deleted)).status).toBe(404);
    const body = { model: 'gen4_turbo', ratio: '1280:720', duration: 1, promptImage: uri };
    expect((await second.client.call('POST', '/v1/image_to_video', body)).status).toBe(200);
  });

  it('renders again what was lost, and gives the same link as long as it lives', async () => {
    const first = await runwayEmulatorFor({ stateDir });
    const id = await first.client.submit();
    await first.emulator.whenIdle();
    const [file] = await readdir(join(stateDir, 'videos'));
    expect(file).toBe(`${id}.mp4`);
    await rm(join(stateDir, 'videos', `${id}.mp4`));

    const second = await runwayEmulatorFor({ stateDir, clock: first.clock });
    await second.emulator.whenIdle();
    expect((await second.client.task(id)).json['status']).toBe('SUCCEEDED');
  });
});
