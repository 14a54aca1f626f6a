import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { imageExtensions, readImage } from '../media/read-media.ts';
import { writeUpload } from '../storage/write-upload.ts';
import type { Emulation } from './emulation.ts';
import { mediaPath } from './result-files.ts';

export interface Picture {
  /** Name in the upload directory. */
  readonly file: string;
  readonly width: number;
  readonly height: number;
}

/** A picture that a request names by address or data URI, or the type of error that fal has for it. */
export async function takePicture(
  emulation: Emulation,
  address: string,
): Promise<Picture | 'file_download_error' | 'image_load_error' | 'unsupported_image_format'> {
  const bytes = await bytesOf(emulation, address);
  if (bytes === null) {
    return 'file_download_error';
  }
  const facts = await readImage(bytes).catch(() => null);
  if (facts === null) {
    return 'image_load_error';
  }
  const extension = imageExtensions[facts.format];
  if (extension === undefined) {
    return 'unsupported_image_format';
  }
  const file = await writeUpload(emulation.uploadDirectory, bytes, extension);
  return { file, width: facts.width, height: facts.height };
}

async function bytesOf(emulation: Emulation, address: string): Promise<Uint8Array | null> {
  const data = /^data:[\w/+.-]+;base64,(.+)$/s.exec(address)?.[1];
  if (data !== undefined) {
    return Buffer.from(data, 'base64');
  }
  if (address.startsWith(`${emulation.url()}${mediaPath}`)) {
    const name = basename(new URL(address).pathname);
    const upload = [...emulation.store.uploads.values()].find(({ file }) => file === name);
    return upload?.isThere === true ? readFile(join(emulation.uploadDirectory, name)) : null;
  }
  if (emulation.fetchForeignUrl === null || !URL.canParse(address)) {
    return null;
  }
  const response = await emulation.fetchForeignUrl(address).catch(() => null);
  return response?.ok === true ? new Uint8Array(await response.arrayBuffer()) : null;
}
