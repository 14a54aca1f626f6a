import { imageExtensions, readImage, readMedia } from '../media/read-media.ts';
import { writeUpload } from '../storage/write-upload.ts';
import type { Caller, Emulation } from './emulation.ts';
import { complaintAbout } from './file-limits.ts';
import { validationFailed } from './refusal.ts';
import type { StoredMedia } from './store.ts';

/** An upload can be used for a day. */
const uploadLifetimeMilliseconds = 24 * 60 * 60 * 1000;
const longestDataUri = 5 * 1024 * 1024;

/** Recognizes a file by its bytes; null when it is no picture, video or sound of a known format. */
export async function probe(
  bytes: Uint8Array,
): Promise<(Omit<StoredMedia, 'file'> & { extension: string }) | null> {
  try {
    const { format, width, height } = await readImage(bytes);
    const extension = imageExtensions[format];
    return extension === undefined ? null : { extension, mediaType: 'image', width, height, seconds: 0 };
  } catch {
    // No picture; it may be a video.
    return readMedia(bytes);
  }
}

/** Keeps a file under a name of its own. Null for bytes that are no media. */
export async function keepFile(uploadDirectory: string, bytes: Uint8Array): Promise<StoredMedia | null> {
  const probed = await probe(bytes);
  if (probed === null) {
    return null;
  }
  const { extension, mediaType, width, height, seconds } = probed;
  const file = await writeUpload(uploadDirectory, bytes, extension);
  return { file, mediaType, width, height, seconds };
}

/** The file behind a media member. Throws `RunwayRefusal` with an issue at `path`. */
export async function resolveMedia(
  emulation: Emulation,
  caller: Caller,
  uri: string,
  mediaType: StoredMedia['mediaType'],
  model: string,
  path: readonly (string | number)[],
): Promise<StoredMedia> {
  const found = await findMedia(emulation, caller, uri);
  if (typeof found === 'string') {
    throw validationFailed([{ code: 'custom', path, message: found }]);
  }
  if (found.mediaType !== mediaType) {
    throw validationFailed([{ code: 'custom', path, message: `Expected the file to be ${mediaType}` }]);
  }
  const complaint = complaintAbout(found, model, path);
  if (complaint !== null) {
    throw validationFailed([complaint]);
  }
  return found;
}

async function findMedia(emulation: Emulation, caller: Caller, uri: string): Promise<StoredMedia | string> {
  if (uri.startsWith('runway://')) {
    return findUpload(emulation, caller, uri.slice('runway://'.length));
  }
  const bytes = uri.startsWith('data:') ? bytesOfDataUri(uri) : await download(emulation, uri);
  if (typeof bytes === 'string') {
    return bytes;
  }
  return (await keepFile(emulation.uploadDirectory, bytes)) ?? 'The file is not of a supported type';
}

function findUpload({ store }: Emulation, { apiKey, now }: Caller, token: string): StoredMedia | string {
  const ticket = store.tickets.get(token);
  const media = store.uploads.get(token);
  // Another organization's upload counts as unknown.
  if (ticket === undefined || media === undefined || ticket.apiKey !== apiKey) {
    return 'The Runway URI is not known';
  }
  return now - ticket.openedAt >= uploadLifetimeMilliseconds ? 'The Runway URI has expired' : media;
}

function bytesOfDataUri(uri: string): Uint8Array | string {
  return uri.length > longestDataUri
    ? 'The data URI is too long'
    : new Uint8Array(Buffer.from(uri.slice(uri.indexOf(',') + 1), 'base64'));
}

async function download({ fetchForeignUrl }: Emulation, url: string): Promise<Uint8Array | string> {
  const unreachable = 'Failed to fetch asset';
  if (fetchForeignUrl === null) {
    return unreachable;
  }
  const response = await fetchForeignUrl(url, { redirect: 'manual' });
  return response.ok ? new Uint8Array(await response.arrayBuffer()) : unreachable;
}
