import { checkShape, oneOf, required, text } from './bodies/shape.ts';
import type { Caller, Emulation } from './emulation.ts';
import { uploadBytes } from './file-limits.ts';
import { keepFile } from './inputs.ts';
import { validationFailed } from './refusal.ts';
import type { UploadTicket } from './store.ts';

/** The second step goes here. At Runway that is another host; its form is that of S3. */
export const storagePath = '/ephemeral-storage';

const openShape = { filename: required(text(255)), type: required(oneOf(['ephemeral'])) };

/** `POST /v1/uploads`: keeps a place for a file. */
export function openUpload(emulation: Emulation, { apiKey, now }: Caller, body: unknown): Response {
  const issues = checkShape(openShape, body);
  if (issues.length > 0) {
    throw validationFailed(issues);
  }
  const ticket: UploadTicket = { token: emulation.createUuid(), apiKey, openedAt: now };
  emulation.store.commit([{ kind: 'upload_opened', ticket }]);
  return Response.json({
    uploadUrl: `${emulation.url()}${storagePath}`,
    fields: fieldsOf(ticket),
    runwayUri: `runway://${ticket.token}`,
  });
}

/** Sent back unchanged and in this order, before the file. */
function fieldsOf({ token }: UploadTicket): Record<string, string> {
  return {
    key: `ephemeral/${token}`,
    policy: Buffer.from(JSON.stringify({ key: token })).toString('base64'),
    'x-amz-signature': token.replaceAll('-', ''),
  };
}

/** `POST /ephemeral-storage`: takes the file, or answers in the XML of S3. It knows no key of Runway's. */
export async function storeUpload(emulation: Emulation, request: Request): Promise<Response> {
  const { store, uploadDirectory } = emulation;
  const form = await readForm(request);
  if (form === null) {
    return storageError(400, 'MalformedPOSTRequest', 'The body is not multipart/form-data.');
  }
  const entries = [...form.entries()];
  const [lastName, file] = entries.at(-1) ?? [];
  if (lastName !== 'file' || !(file instanceof File)) {
    return storageError(400, 'InvalidArgument', 'The file has to be the last field.');
  }
  const key = form.get('key');
  const token = typeof key === 'string' ? key.replace(/^ephemeral\//, '') : '';
  const ticket = store.tickets.get(token);
  if (ticket === undefined || !hasFields(entries, fieldsOf(ticket))) {
    return storageError(
      403,
      'AccessDenied',
      'The fields are not those of the policy, or not in their order.',
    );
  }
  if (store.uploads.has(token)) {
    return storageError(403, 'AccessDenied', 'This place is taken: start again with a new upload.');
  }
  const { smallest, largest } = uploadBytes;
  if (file.size < smallest || file.size > largest) {
    const code = file.size < smallest ? 'EntityTooSmall' : 'EntityTooLarge';
    return storageError(400, code, `A file has ${smallest} to ${largest} bytes.`);
  }
  const media = await keepFile(uploadDirectory, new Uint8Array(await file.arrayBuffer()));
  if (media === null || !file.type.startsWith(`${media.mediaType}/`)) {
    return storageError(400, 'InvalidArgument', 'The content type does not match the file.');
  }
  store.commit([{ kind: 'upload_stored', token, media }]);
  return new Response(null, { status: 204 });
}

/** `metadata` may stand between the fields and the file. */
function hasFields(
  entries: readonly (readonly [string, string | File])[],
  fields: Readonly<Record<string, string>>,
): boolean {
  const wanted = Object.entries(fields);
  const given = entries.slice(0, -1).filter(([name]) => name !== 'metadata');
  return (
    given.length === wanted.length &&
    wanted.every(([name, value], index) => given[index]?.[0] === name && given[index]?.[1] === value)
  );
}

async function readForm(request: Request): Promise<FormData | null> {
  try {
    return await request.formData();
  } catch {
    // Any body may be sent; one that is no form is answered as such.
    return null;
  }
}

function storageError(status: number, code: string, message: string): Response {
  return new Response(
    `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
    { status, headers: { 'content-type': 'application/xml' } },
  );
}
