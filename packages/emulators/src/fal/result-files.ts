import { statSync } from 'node:fs';
import { join } from 'node:path';
import { fileResponse } from '../http/media-file.ts';
import type { Emulation } from './emulation.ts';
import { isVideoAt } from './queue-state.ts';

/** Videos and uploads are served here, need no key, and stay forever. */
export const mediaPath = '/media/';

/** The answer of a model. Only the address is certain at fal; there is no seed, length or size of the picture. */
export function outputOf(emulation: Emulation, id: string): object {
  return {
    video: {
      url: `${emulation.url()}${mediaPath}${id}.mp4`,
      content_type: 'video/mp4',
      file_name: 'output.mp4',
      file_size: statSync(emulation.videos.fileOf(id)).size,
    },
  };
}

/** Answers GET and HEAD under `mediaPath`. */
export async function serveMedia(emulation: Emulation, request: Request, name: string): Promise<Response> {
  const { store, videos, clock, uploadDirectory } = emulation;
  const made = store.requests.get(name.replace(/\.mp4$/, ''));
  if (made !== undefined && isVideoAt(made, clock(), videos.isRendered(made.id))) {
    return fileResponse(request, videos.fileOf(made.id), 'video/mp4');
  }
  // Only names that were given out: the name comes from the URL and must not reach other files.
  const upload = [...store.uploads.values()].find(({ file, isThere }) => isThere && file === name);
  return upload === undefined
    ? new Response('not found', { status: 404 })
    : fileResponse(request, join(uploadDirectory, upload.file), upload.contentType);
}
