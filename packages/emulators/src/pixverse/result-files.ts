import { statSync } from 'node:fs';
import { join } from 'node:path';
import { fileResponse } from '../http/media-file.ts';
import type { Emulation } from './emulation.ts';
import { statusAt, statusCodes } from './generation-status.ts';

/** Files are served beside the API, not under its base path, and need no key. */
export const mediaPath = '/media/';

export function urlOfResult(emulation: Emulation, id: string): string {
  return `${emulation.url()}${mediaPath}${id}.mp4`;
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

/** Answers GET and HEAD under `mediaPath`: finished videos and uploads. */
export async function serveMedia(emulation: Emulation, request: Request, name: string): Promise<Response> {
  const contentType = contentTypes[name.split('.').pop() ?? ''] ?? 'application/octet-stream';
  const found = findFile(emulation, name);
  if (found === 'expired') {
    return new Response('expired', { status: 403 });
  }
  return found === null
    ? new Response('not found', { status: 404 })
    : fileResponse(request, found.file, contentType);
}

function findFile(emulation: Emulation, name: string): { file: string } | 'expired' | null {
  const { store, videos, settings, clock } = emulation;
  const generation = store.generations.get(name.replace(/\.mp4$/, ''));
  if (generation !== undefined) {
    const now = clock();
    if (statusAt(generation, now, videos.isRendered(generation.id)) !== statusCodes.succeeded) {
      return null;
    }
    const expiry = settings.url_expiry_seconds;
    const isExpired = expiry !== null && now - (generation.endsAt ?? 0) >= expiry * 1000;
    return isExpired ? 'expired' : { file: videos.fileOf(generation.id) };
  }
  // Only names that were given out: the name comes from the URL and must not reach other files.
  const uploads = [...store.images.values(), ...store.media.values()];
  return uploads.some(({ file }) => file === name) ? { file: join(emulation.uploadDirectory, name) } : null;
}
