import { copyFile, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ALL_FORMATS, FilePathSource, Input } from 'mediabunny';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPlanes } from './canvas.ts';
import type { Recipe, Segment } from './recipe.ts';
import { createRenderer } from './renderer.ts';
import type { Renderer } from './renderer.ts';
import { startVideoEncoder } from './video-encoder.ts';

let directory: string;
let renderer: Renderer;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'renderer-'));
  const red = { width: 60, height: 90, channels: 4, background: '#ff000080' } as const;
  await sharp({ create: red }).png().toFile(join(directory, 'red.png'));
  renderer = createRenderer({ pictureDirectory: directory, concurrency: 1 });
});

afterAll(async () => {
  await renderer.close();
  await rm(directory, { recursive: true });
});

function recipeOf(width: number, height: number, ...segments: Segment[]): Recipe {
  return { width, height, label: 'renderer test', segments };
}

async function facts(file: string) {
  const input = new Input({ source: new FilePathSource(file), formats: ALL_FORMATS });
  const track = await input.getPrimaryVideoTrack();
  const found = {
    format: (await input.getFormat()).name,
    codec: track?.codec,
    width: await track?.getDisplayWidth(),
    height: await track?.getDisplayHeight(),
    seconds: await input.computeDuration(),
    frames: (await track?.computePacketStats())?.packetCount,
  };
  input.dispose();
  return found;
}

const title: Segment = { kind: 'gradient', seconds: 1, caption: 'a red fox' };

describe('createRenderer', () => {
  it.each([
    ['wide', 640, 360],
    ['tall', 360, 640],
    ['very wide, not a multiple of the drawing scale', 640, 274],
    ['a size that no macroblock divides', 98, 54],
  ])('makes an H.264 mp4 of exactly the size and length asked for: %s', async (_, width, height) => {
    const file = join(directory, `${width}x${height}.mp4`);
    await renderer.render(recipeOf(width, height, title), file);
    expect(await facts(file)).toEqual({ format: 'MP4', codec: 'avc', width, height, seconds: 1, frames: 10 });
  });

  it('adds segments up and draws pictures with transparency', async () => {
    const file = join(directory, 'segments.mp4');
    const pictured: Segment = { kind: 'picture', seconds: 0.5, caption: '', picture: 'red.png' };
    await renderer.render(recipeOf(160, 90, title, pictured), file);
    expect((await facts(file)).seconds).toBeCloseTo(1.5, 5);
  });

  it('renders the same recipe again as another file with the same video in it', async () => {
    const [first, second] = [join(directory, 'first.mp4'), join(directory, 'second.mp4')];
    await renderer.render(recipeOf(160, 90, title), first);
    await renderer.render(recipeOf(160, 90, title), second);
    const [one, other] = [await readFile(first), await readFile(second)];
    expect(one.subarray(-'first.mp4'.length).toString()).toBe('first.mp4');
    expect(other.subarray(-'second.mp4'.length).toString()).toBe('second.mp4');
    expect(one.subarray(0, -'xxxxfreefirst.mp4'.length)).toEqual(
      other.subarray(0, -'xxxxfreesecond.mp4'.length),
    );
    expect(await facts(second)).toMatchObject({ format: 'MP4', seconds: 1, frames: 10 });
  });

  it('knows a picture by its bytes and not by its name', async () => {
    const shown = (picture: string): Segment => ({ kind: 'picture', seconds: 0.1, caption: '', picture });
    const videoOf = async (picture: string, file: string): Promise<Buffer> => {
      const path = join(directory, file);
      await renderer.render(recipeOf(160, 90, shown(picture)), path);
      return (await readFile(path)).subarray(0, -file.length);
    };
    await copyFile(join(directory, 'red.png'), join(directory, 'same.png'));
    const before = await videoOf('red.png', 'a.mp4');
    expect(await videoOf('same.png', 'b.mp4')).toEqual(before);
    const blue = { width: 60, height: 90, channels: 4, background: '#0000ff' } as const;
    await sharp({ create: blue }).png().toFile(join(directory, 'same.png'));
    expect(await videoOf('same.png', 'c.mp4')).not.toEqual(before);
  });

  it('leaves no file behind when it fails, and goes on', async () => {
    const missing: Segment = { kind: 'picture', seconds: 1, caption: '', picture: 'missing.png' };
    await expect(renderer.render(recipeOf(160, 90, missing), join(directory, 'bad.mp4'))).rejects.toThrow(
      'missing.png',
    );
    await renderer.render(recipeOf(160, 90, title), join(directory, 'good.mp4'));
    const files = await readdir(directory);
    expect(files).toContain('good.mp4');
    expect(files.filter((name) => name.includes('bad') || name.endsWith('.part'))).toEqual([]);
  });

  it('renders more than it has threads for, one after the other', async () => {
    const files = [1, 2, 3].map((number) => join(directory, `queued-${number}.mp4`));
    await Promise.all(files.map((file) => renderer.render(recipeOf(160, 90, title), file)));
    expect((await Promise.all(files.map(facts))).map(({ seconds }) => seconds)).toEqual([1, 1, 1]);
  });

  it('rejects what is unfinished when it closes', async () => {
    const closing = createRenderer({ pictureDirectory: directory, concurrency: 1 });
    const long: Segment = { ...title, seconds: 30 };
    const results = Promise.allSettled([
      closing.render(recipeOf(640, 360, long), join(directory, 'long.mp4')),
      closing.render(recipeOf(640, 360, long), join(directory, 'waiting.mp4')),
    ]);
    await new Promise(setImmediate);
    await closing.close();
    expect((await results).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});

describe('startVideoEncoder', () => {
  const renderError = expect.objectContaining({ name: 'RenderError' });

  it('rejects with RenderError when it is stopped while it works, and after', async () => {
    const encoder = startVideoEncoder();
    const format = { width: 64, height: 64, frameRate: 10, pixelScale: 1 };
    const work = Promise.allSettled([encoder.encode(format, 100_000, () => createPlanes(64, 64))]);
    await encoder.close();
    expect(await work).toEqual([{ status: 'rejected', reason: renderError }]);
    await expect(encoder.encode(format, 1, () => createPlanes(64, 64))).rejects.toThrow('stopped');
  });

  it('rejects with RenderError what the encoder cannot do', async () => {
    const encoder = startVideoEncoder();
    const format = { width: 0, height: 0, frameRate: 10, pixelScale: 1 };
    await expect(encoder.encode(format, 1, () => createPlanes(1, 1))).rejects.toThrow(renderError);
    await encoder.close();
  });

  it('passes on what goes wrong while drawing', async () => {
    const encoder = startVideoEncoder();
    const format = { width: 64, height: 64, frameRate: 10, pixelScale: 1 };
    const draw = (frame: number) => {
      if (frame === 3) {
        throw new RangeError('frame 3');
      }
      return createPlanes(64, 64);
    };
    await expect(encoder.encode(format, 10, draw)).rejects.toThrow('frame 3');
    await encoder.close();
  });
});
