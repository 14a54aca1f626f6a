import RunwayML, {
  AuthenticationError,
  BadRequestError,
  InternalServerError,
  NotFoundError,
  RateLimitError,
} from '@runwayml/sdk';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { runwayEmulatorFor, uploadablePicture } from '../__tests__/runway-client.ts';
import type { RunwayEmulator } from './emulator.ts';

// Runway's own client is the best description of the wire that there is.

const clientOf = (emulator: RunwayEmulator) =>
  new RunwayML({ apiKey: 'key_official', baseURL: emulator.baseUrl, maxRetries: 0 });

/** The client waits 6 s, give or take 1.5, between two polls; nothing lets one change that. */
function shortenPolls(): void {
  const { setTimeout: original } = globalThis;
  vi.stubGlobal('setTimeout', (run: () => void, delay = 0) =>
    original(run, delay >= 4_000 && delay <= 8_000 ? 1 : delay),
  );
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("Runway's own client", () => {
  it('makes a video of a text and waits for it', async () => {
    const { emulator } = await runwayEmulatorFor();
    const client = clientOf(emulator);
    shortenPolls();
    const created = client.textToVideo.create({
      model: 'gen4.5',
      promptText: 'a paper boat',
      ratio: '1280:720',
      duration: 2,
    });
    expect((await created).estimatedCost).toEqual({ credits: 24 });
    const task = await created.waitForTaskOutput();
    expect(task).toMatchObject({ status: 'SUCCEEDED', cost: { credits: 24 } });
    const file = await fetch(task.output[0] ?? '');
    expect(file.headers.get('content-type')).toBe('video/mp4');
    expect((await file.arrayBuffer()).byteLength).toBeGreaterThan(1_000);
  });

  it('makes a video of a picture that it uploads', async () => {
    const { emulator } = await runwayEmulatorFor();
    const client = clientOf(emulator);
    const { uri } = await client.uploads.createEphemeral({ file: await uploadablePicture() });
    expect(uri).toMatch(/^runway:\/\//);
    const { id } = await client.imageToVideo.create({
      model: 'gen4_turbo',
      promptImage: uri,
      ratio: '1280:720',
      duration: 1,
    });
    await emulator.whenIdle();
    expect(await client.tasks.retrieve(id)).toMatchObject({ id, status: 'SUCCEEDED' });
  });

  it('learns why a task failed', async () => {
    const { emulator } = await runwayEmulatorFor();
    const client = clientOf(emulator);
    shortenPolls();
    const created = client.textToVideo.create({
      model: 'gen4.5',
      promptText: '[fail:SAFETY.INPUT.TEXT]',
      ratio: '1280:720',
      duration: 2,
    });
    await expect(created.waitForTaskOutput()).rejects.toMatchObject({
      name: 'TaskFailedError',
      taskDetails: { status: 'FAILED', failureCode: 'SAFETY.INPUT.TEXT', cost: { credits: 24 } },
    });
  });

  it('cancels a task, which is then not there', async () => {
    const { emulator } = await runwayEmulatorFor({ renderSeconds: [60, 60] });
    const client = clientOf(emulator);
    const { id } = await client.textToVideo.create({
      model: 'veo3.1_fast',
      promptText: 'a paper boat',
      ratio: '720:1280',
      duration: 4,
      audio: false,
    });
    await client.tasks.delete(id);
    await expect(client.tasks.retrieve(id)).rejects.toBeInstanceOf(NotFoundError);
  });

  it('reads the balance and the limits of its organization', async () => {
    const { emulator } = await runwayEmulatorFor({ credits: 100 });
    const client = clientOf(emulator);
    await client.textToVideo.create({
      model: 'gen4.5',
      promptText: 'a paper boat',
      ratio: '1280:720',
      duration: 2,
    });
    const organization = await client.organization.retrieve();
    expect(organization.creditBalance).toBe(76);
    expect(organization.tier.models['gen4.5']).toEqual({
      maxConcurrentGenerations: 3,
      maxDailyGenerations: null,
    });
    expect(organization.usage.models['gen4.5']).toEqual({ dailyGenerations: 1 });
  });

  it.each([
    [{ promptText: '' }, BadRequestError],
    [{ promptText: '[credits]' }, BadRequestError],
    [{ promptText: '[daily]' }, RateLimitError],
    [{ promptText: '[unavailable]' }, InternalServerError],
  ])('sees the refusal of %j', async (body, expected) => {
    const { emulator } = await runwayEmulatorFor();
    const create = clientOf(emulator).textToVideo.create({
      model: 'gen4.5',
      ratio: '1280:720',
      duration: 2,
      ...body,
    });
    await expect(create).rejects.toBeInstanceOf(expected);
  });

  it('sees that its key is not taken', async () => {
    const { emulator } = await runwayEmulatorFor();
    const client = new RunwayML({ apiKey: 'nobody', baseURL: emulator.baseUrl, maxRetries: 0 });
    await expect(client.organization.retrieve()).rejects.toBeInstanceOf(AuthenticationError);
  });
});
