import { statSync } from 'node:fs';
import { join } from 'node:path';
import { fileResponse } from '../http/media-file.ts';
import type { Recipe } from '../render/recipe.ts';
import { drawStill } from '../render/still.ts';
import { isRendered } from './emulation.ts';
import type { Emulation } from './emulation.ts';
import { statusAt, statusCodes } from './generation-status.ts';
import { pictureNamed } from './pictures.ts';
import type { Generation } from './store.ts';

/** Files are served beside the API, not under its base path, and need no key. */
export const mediaPath = '/media/';

export function urlOfResult(emulation: Emulation, { id, picture }: Generation): string {
  return `${emulation.url()}${mediaPath}${id}.${picture === undefined ? 'mp4' : 'png'}`;
}

/** Bytes. */
export function sizeOfResult({ videos }: Emulation, id: string): number {
  return statSync(videos.fileOf(id)).size;
}

const contentTypes: Readonly<Record<string, string>> = {
  mp4: 'video/mp4',
  mov: 'video/quicktime',
  webm: 'video/webm',
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
  m4a: 'audio/mp4',
  aac: 'audio/aac',
  png: 'image/png',
  jpg: 'image/jpeg',
  webp: 'image/webp',
};

/** Answers GET and HEAD under `mediaPath`: finished videos and pictures, uploads, and what replies show beside them. */
export async function serveMedia(emulation: Emulation, request: Request, name: string): Promise<Response> {
  const contentType = contentTypes[name.split('.').pop() ?? ''] ?? 'application/octet-stream';
  const found = await findMedia(emulation, name);
  switch (found.kind) {
    case 'unknown':
      return new Response('not found', { status: 404 });
    case 'expired':
      return new Response('expired', { status: 403 });
    case 'file':
      return fileResponse(request, found.file, contentType);
    case 'drawn':
      return new Response(new Uint8Array(found.picture), {
        headers: { 'content-type': contentType, 'content-length': String(found.picture.length) },
      });
  }
}

type Found =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'expired' }
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'drawn'; readonly picture: Uint8Array };

async function findMedia(emulation: Emulation, name: string): Promise<Found> {
  const { store, uploadDirectory } = emulation;
  const generation = store.generations.get(name.replace(/\.(?:mp4|png)$/, ''));
  if (generation !== undefined) {
    return findResult(emulation, generation);
  }
  // Only names that were given out: the name comes from the URL and must not reach other files.
  const uploads = [...store.images.values(), ...store.media.values()];
  if (uploads.some(({ file }) => file === name)) {
    return { kind: 'file', file: join(uploadDirectory, name) };
  }
  const picture = await pictureNamed(emulation, name);
  return picture === null ? { kind: 'unknown' } : { kind: 'drawn', picture };
}

async function findResult(emulation: Emulation, generation: Generation): Promise<Found> {
  const { videos, settings, clock, uploadDirectory } = emulation;
  const now = clock();
  if (statusAt(generation, now, isRendered(emulation, generation)) !== statusCodes.succeeded) {
    return { kind: 'unknown' };
  }
  const expiry = settings.url_expiry_seconds;
  if (expiry !== null && now - (generation.endsAt ?? 0) >= expiry * 1000) {
    return { kind: 'expired' };
  }
  return generation.picture === undefined
    ? { kind: 'file', file: videos.fileOf(generation.id) }
    : { kind: 'drawn', picture: await drawStill(markedRecipe(generation), 0, uploadDirectory) };
}

/** Two pictures of the same template are two files, as they are at a real provider: a mix-up of them shows in a hash. */
function markedRecipe({ id, recipe }: Generation): Recipe {
  return { ...recipe, label: `${recipe.label} ${id}` };
}
