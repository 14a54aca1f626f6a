import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Asset, Job, Lineage } from '@pixsim7/contracts';
import type { DemoApi } from './api.ts';
import { featureScenes, maskScene } from './feature-scenes.ts';
import { drawLineage } from './lineage-tree.ts';
import type { ProgressView } from './progress.ts';
import { demoChoices, picturePath, pictures, scenes } from './scenes.ts';
import type { DemoChoice, Picture, Scene, SceneMaterial, SceneNeed } from './scenes.ts';

/** A scene that made nothing. */
export class DemoFailedError extends Error {
  override readonly name = 'DemoFailedError';
}

export interface DemoParts {
  readonly api: DemoApi;
  readonly providerId: string;
  /** Every operation, instead of the five that a stranger sees first. */
  readonly isWhole: boolean;
  readonly outputDirectory: string;
  readonly progress: ProgressView;
  readonly createIdempotencyKey: () => string;
}

/** Plays every scene and writes what it made to files. @throws DemoFailedError */
export async function runDemo(parts: DemoParts): Promise<string[]> {
  const { progress } = parts;
  await mkdir(parts.outputDirectory, { recursive: true });
  const made = await playAll(parts, await prepareMaterial(parts));
  progress.end();
  const lineages: Lineage[] = [];
  for (const { asset } of made) {
    lineages.push(await parts.api.lineage(asset.id));
  }
  const names = new Map(made.map(({ asset, file }) => [asset.id, basename(file)]));
  return [
    ...made.map(describe),
    '',
    'What was made from what:',
    ...drawLineage(lineages, (asset) => names.get(asset.id) ?? asset.name ?? asset.id),
  ];
}

async function prepareMaterial({ api, isWhole, providerId }: DemoParts): Promise<SceneMaterial> {
  const uploaded: Partial<Record<Picture, string>> = {};
  for (const name of pictures) {
    uploaded[name] = (await api.upload(picturePath(name), name)).id;
  }
  const choices: Partial<Record<DemoChoice, string>> = {};
  for (const kind of isWhole ? demoChoices : []) {
    choices[kind] = (await api.firstChoice(providerId, kind)).id;
  }
  return {
    pictures: uploaded as SceneMaterial['pictures'],
    choices: choices as SceneMaterial['choices'],
    firstVideo: '',
    mask: '',
  };
}

/** Everything that can run at once does; a scene that needs another one's result waits for that one alone. */
async function playAll(parts: DemoParts, material: SceneMaterial): Promise<Made[]> {
  const all = parts.isWhole ? [...scenes, ...featureScenes] : scenes;
  const playing = new Map<string, Promise<Made>>();
  const made = (name: string | undefined): Promise<Made> =>
    playing.get(name ?? '') ?? Promise.reject(new DemoFailedError(`There is no scene ${name}.`));
  const materialFor = async (needs: SceneNeed): Promise<SceneMaterial> => {
    switch (needs) {
      case 'nothing':
        return material;
      case 'first_video':
        return { ...material, firstVideo: (await made(scenes[0]?.name)).asset.id };
      case 'mask':
        return { ...(await materialFor('first_video')), mask: (await made(maskScene)).asset.id };
    }
  };
  const order: readonly SceneNeed[] = ['nothing', 'first_video', 'mask'];
  for (const needs of order) {
    for (const scene of all.filter((candidate) => candidate.needs === needs)) {
      playing.set(
        scene.name,
        materialFor(needs).then((known) => play(parts, scene, known)),
      );
    }
  }
  return Promise.all(playing.values());
}

interface Made {
  readonly scene: Scene;
  readonly job: Job;
  readonly asset: Asset;
  readonly file: string;
}

async function play(parts: DemoParts, scene: Scene, material: SceneMaterial): Promise<Made> {
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
  const file = join(outputDirectory, `${scene.name}.${asset.media_type === 'image' ? 'png' : 'mp4'}`);
  await writeFile(file, await api.download(asset));
  return { scene, job, asset, file };
}

function describe({ scene, job, asset, file }: Made): string {
  const price = `${job.credits.charged ?? 'unknown'} ${job.credits.unit}`;
  const length = asset.duration_s === null ? '' : `, ${asset.duration_s} s`;
  const size = `${asset.width ?? '?'}x${asset.height ?? '?'}${length}`;
  return `${scene.name.padEnd(16)} ${job.id}  ${price.padEnd(12)} ${size.padEnd(16)} ${file}`;
}
