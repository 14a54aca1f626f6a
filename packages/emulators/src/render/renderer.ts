import { createHash } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Planes } from './canvas.ts';
import { decodePictures } from './decode-pictures.ts';
import { drawFrame } from './draw-frame.ts';
import { markVideo } from './mark-video.ts';
import { createRecentVideos } from './recent-videos.ts';
import { durationOf, frameRateOf, picturesOf, pixelScaleOf } from './recipe.ts';
import type { Recipe } from './recipe.ts';
import { addSoundtrack } from './soundtrack.ts';
import { startVideoEncoder } from './video-encoder.ts';
import type { VideoEncoder } from './video-encoder.ts';

/** Renders recipes into mp4 files, a few at a time, in the order they were asked for. */
export interface Renderer {
  /**
   * Writes the file whole or not at all, marked with its name. A recipe that was rendered lately is not encoded again.
   * Rejects with `RenderError` or the error of the file system.
   */
  render(recipe: Recipe, file: string): Promise<void>;
  /** Stops the encoders; unfinished renderings reject. */
  close(): Promise<void>;
}

// About a hundred small videos: load tests ask for the same few recipes again and again.
const recentBytes = 8 * 1024 * 1024;

export interface RendererSettings {
  readonly pictureDirectory: string;
  /** Videos encoded at a time; each is a thread. */
  readonly concurrency: number;
  /** Frames a second. A recipe whose length it does not divide keeps its own rate. */
  readonly maxFrameRate?: number | undefined;
}

export function createRenderer(settings: RendererSettings): Renderer {
  const idle: VideoEncoder[] = [];
  const all = new Set<VideoEncoder>();
  const recent = createRecentVideos(recentBytes);
  const queue: (() => void)[] = [];
  let running = 0;
  let closed = false;

  async function enter(): Promise<void> {
    if (running >= settings.concurrency) {
      await new Promise<void>((resolve) => queue.push(resolve));
    } else {
      running += 1;
    }
  }

  function leave(): void {
    const next = queue.shift();
    if (next === undefined) {
      running -= 1;
    } else {
      next();
    }
  }

  function takeEncoder(): VideoEncoder {
    const encoder = idle.pop() ?? startVideoEncoder();
    all.add(encoder);
    return encoder;
  }

  async function encode(recipe: Recipe): Promise<Uint8Array> {
    const pixelScale = pixelScaleOf(recipe);
    const pictures = await decodePictures(recipe, pixelScale, settings.pictureDirectory);
    const encoder = takeEncoder();
    try {
      const frameRate = frameRateOf(recipe, settings.maxFrameRate);
      const bytes = await encodeRecipe(encoder, recipe, pictures, { pixelScale, frameRate });
      idle.push(encoder);
      return recipe.hasSound === true ? await addSoundtrack(bytes) : bytes;
    } catch (error) {
      // It may hold half a video; the next rendering starts a new one.
      all.delete(encoder);
      await encoder.close();
      throw error;
    }
  }

  return {
    async render(recipe, file) {
      await enter();
      try {
        if (closed) {
          throw new Error('the renderer is closed');
        }
        const key = await keyOf(recipe, settings.pictureDirectory);
        const bytes = recent.get(key) ?? (await encode(recipe));
        recent.add(key, bytes);
        await writeWhole(file, markVideo(bytes, basename(file)));
      } finally {
        leave();
      }
    },
    async close() {
      closed = true;
      await Promise.all([...all].map((encoder) => encoder.close()));
    },
  };
}

/** The same for recipes that look the same: a picture counts by its bytes, because each upload of it has its own name. */
async function keyOf(recipe: Recipe, pictureDirectory: string): Promise<string> {
  const hashes = new Map<string, string>();
  for (const name of picturesOf(recipe)) {
    const bytes = await readFile(join(pictureDirectory, name));
    hashes.set(name, createHash('sha256').update(bytes).digest('hex'));
  }
  return JSON.stringify(recipe, (_, value: unknown) =>
    typeof value === 'string' ? (hashes.get(value) ?? value) : value,
  );
}

async function encodeRecipe(
  encoder: VideoEncoder,
  recipe: Recipe,
  pictures: ReadonlyMap<string, Planes>,
  { pixelScale, frameRate }: { readonly pixelScale: number; readonly frameRate: number },
): Promise<Uint8Array> {
  const frameCount = Math.max(1, Math.round(durationOf(recipe) * frameRate));
  const format = { width: recipe.width, height: recipe.height, frameRate, pixelScale };
  return encoder.encode(format, frameCount, (frame) =>
    drawFrame(recipe, pictures, pixelScale, frame / frameRate),
  );
}

async function writeWhole(file: string, bytes: Uint8Array): Promise<void> {
  const unfinished = `${file}.part`;
  await writeFile(unfinished, bytes);
  await rename(unfinished, file);
}
