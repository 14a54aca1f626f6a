import { readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { report } from '../support/report.ts';
import { describeContainer } from './describe-container.ts';
import { confined, copyOut, inspect, limitsMemory, megabytes, watchMemory } from './in-container.ts';

const demo = `pixsim7-demo-${process.pid}`;
const videos = ['text-to-video', 'image-to-video', 'transition', 'fusion', 'extend'];
/** A promise of the README. */
const maxAboveBaseMb = 250;

describeContainer('the image', (docker, { image, baseImage }) => {
  afterAll(async () => {
    await docker('rm', '--force', '--volumes', demo).catch(() => undefined);
  });

  it(`adds at most ${maxAboveBaseMb} MB to its base`, async () => {
    const size = async (name: string): Promise<number> =>
      Number(await docker('image', 'inspect', '--format', '{{.Size}}', name)) / 1e6;
    const [whole, base] = await Promise.all([size(image), size(baseImage)]);
    report(
      `container: the image has ${whole.toFixed(0)} MB, ${(whole - base).toFixed(0)} MB above its base.`,
    );
    expect(whole - base).toBeLessThanOrEqual(maxAboveBaseMb);
  });

  it('carries neither a compiler nor sources, and belongs to root', async () => {
    const find = (...conditions: string[]): Promise<string> =>
      docker('run', '--rm', '--network', 'none', image, 'find', '/app', ...conditions, '-print');
    expect(await find('-name', '*.ts')).toBe('');
    expect(await find('-name', '*.js.map')).toBe('');
    expect(await find('-path', '*/typescript')).toBe('');
    expect(await find('-path', '*/sharp/LICENSE')).not.toBe('');
  });

  it(`makes the five videos of the demo, read-only, without a network and within ${megabytes} MB`, async () => {
    const limited = await limitsMemory(docker);
    if (!limited) {
      report(
        'container: WARNING: this engine holds nobody to a memory limit; the memory in use is asserted instead.',
      );
    }
    const started = performance.now();
    await docker(
      'run',
      '--detach',
      '--name',
      demo,
      '--network',
      'none',
      ...confined,
      image,
      'node',
      '--liftoff-only',
      'apps/server/dist/demo/main.js',
      '/data/videos',
    );
    const memory = watchMemory(docker, demo);
    const code = await docker('wait', demo);
    const peak = await memory.stop();
    const output = await docker('logs', demo);
    expect({ code, output }).toMatchObject({ code: '0' });
    expect(await inspect(docker, demo, '{{.State.OOMKilled}} {{.Config.User}}')).toBe('false node');
    const seconds = ((performance.now() - started) / 1_000).toFixed(0);
    report(
      `container: the demo took ${seconds} s and at most ${peak} MB, ${limited ? '' : 'not '}held to ${megabytes} MB.`,
    );
    expect(limited ? 0 : peak).toBeLessThan(megabytes);

    const folder = await copyOut(docker, demo, '/data/videos');
    try {
      expect((await readdir(folder)).toSorted()).toEqual(videos.map((name) => `${name}.mp4`).toSorted());
      for (const name of videos) {
        const video = await readFile(join(folder, `${name}.mp4`));
        const kind = video.subarray(4, 8).toString('latin1');
        expect({ name, kind, real: video.byteLength > 10_000 }).toEqual({ name, kind: 'ftyp', real: true });
      }
    } finally {
      await rm(dirname(folder), { recursive: true });
    }
  });
});
