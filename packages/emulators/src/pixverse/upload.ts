import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { MediaFacts } from '../media/read-media.ts';
import { writeUpload } from '../storage/write-upload.ts';
import { newIdentifier } from './emulation.ts';
import type { Emulation } from './emulation.ts';
import { decision } from './endpoint.ts';
import type { Endpoint, EndpointRequest } from './endpoint.ts';
import { PixverseRefusal } from './error-codes.ts';
import { probeImage, probeMedia } from './media-probe.ts';
import type { ProbedImage } from './media-probe.ts';
import { mediaPath } from './result-files.ts';
import { moderatedFileNameWord } from './triggers.ts';

interface Stored<Probed> {
  readonly probed: Probed;
  /** Name in the upload directory. */
  readonly file: string;
  /** As its sender called it. */
  readonly name: string;
}

/** POST /image/upload: one of the file `image` and the text `image_url`. */
export function uploadImageEndpoint(emulation: Emulation): Endpoint<Stored<ProbedImage>> {
  return {
    async read(request) {
      const { bytes, name } = await readUpload(emulation, request, 'image', 500042);
      const probed = await probeImage(bytes);
      if (name.includes(moderatedFileNameWord)) {
        throw new PixverseRefusal(500052);
      }
      return { probed, name, file: await writeUpload(emulation.uploadDirectory, bytes, probed.extension) };
    },
    decide({ probed, file, name }, { account }) {
      const id = newIdentifier(emulation);
      const { width, height } = probed;
      const image = { id, apiKey: account.apiKey, file, name, width, height };
      return decision('success', { img_id: BigInt(id), img_url: `${emulation.url()}${mediaPath}${file}` }, [
        { kind: 'image_uploaded', image },
      ]);
    },
  };
}

/** POST /media/upload: one of the file `file` and the text `file_url`. */
export function uploadMediaEndpoint(emulation: Emulation): Endpoint<Stored<MediaFacts>> {
  return {
    async read(request) {
      const { bytes, name } = await readUpload(emulation, request, 'file', 400017);
      const probed = await probeMedia(bytes);
      return { probed, name, file: await writeUpload(emulation.uploadDirectory, bytes, probed.extension) };
    },
    decide({ probed, file, name }, { account }) {
      const id = newIdentifier(emulation);
      const { mediaType, width, height, seconds } = probed;
      const media = { id, apiKey: account.apiKey, file, name, mediaType, width, height, seconds };
      const url = `${emulation.url()}${mediaPath}${file}`;
      return decision('success', { media_id: BigInt(id), media_type: mediaType, url }, [
        { kind: 'media_uploaded', media },
      ]);
    },
  };
}

interface Upload {
  readonly bytes: Uint8Array;
  readonly name: string;
}

async function readUpload(
  emulation: Emulation,
  request: EndpointRequest,
  field: 'image' | 'file',
  badUrlCode: number,
): Promise<Upload> {
  const form = await readForm(request);
  const file = form.get(field);
  const url = form.get(`${field}_url`);
  if (file !== null && url !== null) {
    throw new PixverseRefusal(400017, `only one of ${field} and ${field}_url`);
  }
  if (file instanceof File) {
    if (file.size === 0) {
      throw new PixverseRefusal(400011, field);
    }
    return { bytes: new Uint8Array(await file.arrayBuffer()), name: file.name };
  }
  if (typeof url === 'string' && url !== '') {
    return fetchUpload(emulation, url, badUrlCode);
  }
  throw new PixverseRefusal(file === null ? 400011 : 400013, field);
}

async function readForm({ body, contentType }: EndpointRequest): Promise<FormData> {
  try {
    return await new Response(body, { headers: { 'content-type': contentType } }).formData();
  } catch {
    throw new PixverseRefusal(400013, 'the body is not multipart/form-data');
  }
}

/** URLs of this emulator's own uploads are read from disk; those of other hosts need `fetchForeignUrl`. */
async function fetchUpload(emulation: Emulation, address: string, badUrlCode: number): Promise<Upload> {
  const own = `${emulation.url()}${mediaPath}`;
  if (address.startsWith(own)) {
    const name = basename(new URL(address).pathname);
    const known = [...emulation.store.images.values(), ...emulation.store.media.values()];
    if (known.some(({ file }) => file === name)) {
      return { bytes: await readFile(join(emulation.uploadDirectory, name)), name };
    }
  } else if (emulation.fetchForeignUrl !== null && URL.canParse(address)) {
    const response = await emulation.fetchForeignUrl(address);
    if (response.ok) {
      return {
        bytes: new Uint8Array(await response.arrayBuffer()),
        name: basename(new URL(address).pathname),
      };
    }
  }
  throw new PixverseRefusal(badUrlCode, address);
}
