import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Emulation } from './emulation.ts';
import { fieldsOf } from './fields.ts';
import type { Body } from './fields.ts';
import { FalRefusal, modelRefusal, queueRefusal } from './replies.ts';
import type { Reply } from './replies.ts';
import { mediaPath } from './result-files.ts';

export const uploadPath = '/upload/';

/** POST /storage/upload/initiate: a place to put the bytes, and the address that they can be read at. */
export function announceUpload(emulation: Emulation, body: Body): Reply {
  const fields = fieldsOf(body);
  const contentType = fields.requiredText('content_type');
  const name = fields.requiredText('file_name');
  if (fields.problems.length > 0) {
    throw new FalRefusal(modelRefusal(422, fields.problems, false));
  }
  const token = randomUUID();
  const extension = /^\.\w{1,8}$/.exec(extname(name))?.[0] ?? '.bin';
  const file = `${randomUUID()}${extension}`;
  emulation.store.commit([
    { kind: 'upload_announced', upload: { token, file, contentType, isThere: false } },
  ]);
  return {
    status: 200,
    body: {
      upload_url: `${emulation.url()}${uploadPath}${token}`,
      file_url: `${emulation.url()}${mediaPath}${file}`,
    },
  };
}

/** PUT of the bytes. The address is the permission, and is good for one file. */
export async function storeUpload(emulation: Emulation, token: string, request: Request): Promise<Reply> {
  const upload = emulation.store.uploads.get(token);
  if (upload === undefined || upload.isThere) {
    throw new FalRefusal(queueRefusal(404, 'No such upload'));
  }
  if (request.headers.get('content-type') !== upload.contentType) {
    throw new FalRefusal(queueRefusal(400, 'The content type is not the announced one'));
  }
  const bytes = new Uint8Array(await request.arrayBuffer());
  await writeFile(join(emulation.uploadDirectory, upload.file), bytes);
  emulation.store.commit([{ kind: 'upload_stored', token }]);
  return { status: 200, body: {} };
}
