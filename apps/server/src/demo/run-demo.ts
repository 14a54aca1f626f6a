import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Asset, Job, Lineage } from '@pixsim7/contracts';
import type { DemoApi } from './api.ts';
import { drawLineage } from './lineage-tree.ts';
import type { ProgressView } from './progress.ts';
import { picturePath, pictures, scenes } from './scenes.ts';
import type { Picture, Scene, SceneMaterial } from './scenes.ts';

/** A scene that did not become a video. */
export class DemoFailedError extends Error {
  override readonly name = 'DemoFailedError';
}

export interface DemoParts {
  readonly api: DemoApi;
  readonly providerId: string;
  readonly outputDirectory: string;
  readonly progress: ProgressView;
  readonly createIdempotencyKey: () => string;
}

/** Makes one video with each of the five operations and writes them to files. @throws DemoFailedError */
export async function runDemo(parts: DemoParts): Promise<string[]> {
  const { api, progress } = parts;
  await mkdir(parts.outputDirectory, { recursive: true });
  const uploaded: Partial<Record<Picture, string>> = {};
  for (const name of pictures) {
    uploaded[name] = (await api.upload(picturePath(name), name)).id;
  }
  const material = { pictures: uploaded as SceneMaterial['pictures'], firstVideo: '' };
  const [first, ...others] = scenes.filter((scene) => !scene.afterFirst);
  if (first === undefined) {
    throw new DemoFailedError('There is no scene to begin with.');
  }

  const firstVideo = play(parts, first, material);
  const all = [
    firstVideo,
    ...others.map((scene) => play(parts, scene, material)),
    ...scenes
      .filter((scene) => scene.afterFirst)
      .map(async (scene) => play(parts, scene, { ...material, firstVideo: (await firstVideo).asset.id })),
  ];
  const videos = await Promise.all(all);
  progress.end();
  const lineages: Lineage[] = [];
  for (const { asset } of videos) {
    lineages.push(await api.lineage(asset.id));
  }
  const names = new Map(videos.map(({ asset, scene }) => [asset.id, `${scene.name}.mp4`]));
  return [
    ...videos.map(({ asset, file, job, scene }) => describeVideo(scene, job, asset, file)),
    '',
    'What was made from what:',
    ...drawLineage(lineages, (asset) => names.get(asset.id) ?? asset.name ?? asset.id),
  ];
}

interface Video {
  readonly scene: Scene;
  readonly job: Job;
  readonly asset: Asset;
  readonly file: string;
}

async function play(parts: DemoParts, scene: Scene, material: SceneMaterial): Promise<Video> {
  const { api, createIdempotencyKey, outputDirectory, progress, providerId } = parts;
  let job = await api.createJob(scene.request(providerId, material), createIdempotencyKey());
  while (job.completed_at === null) {
    progress.update(scene.name, job);
    job = await api.job(job.id);
  }
  progress.update(scene.name, job);
  const asset = job.assets[0];
  if (job.status !== 'completed' || asset === undefined) {
    throw new DemoFailedError(
      `${scene.name} ended as ${job.status}: ${job.error?.message ?? 'no reason given'}`,
    );
  }
  const file = join(outputDirectory, `${scene.name}.mp4`);
  await writeFile(file, await api.download(asset));
  return { scene, job, asset, file };
}

function describeVideo(scene: Scene, job: Job, asset: Asset, file: string): string {
  const price = `${job.credits.charged ?? 'unknown'} ${job.credits.unit}`;
  const size = `${asset.width ?? '?'}x${asset.height ?? '?'}, ${asset.duration_s ?? '?'} s`;
  return `${scene.name.padEnd(16)} ${job.id}  ${price.padEnd(12)} ${size.padEnd(16)} ${file}`;
}
