import type { FalAddresses } from './addresses.ts';
import { FalUnreadableAnswerError } from './call-errors.ts';
import { callFal, putBytes } from './call.ts';
import type { FalAccess } from './call.ts';
import { textOf } from './json.ts';

/** Above this fal wants the multipart form of the upload, which no input of a video model here needs. */
export const largestUploadBytes = 90_000_000;

const initiateTimeoutMs = 30_000;
const putTimeoutMs = 300_000;

export interface FalUpload {
  /** With its content type. */
  readonly bytes: Blob;
  readonly fileName: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Puts a file where every account of fal can read it, and gives its public address.
 *
 * @throws FalCallError
 */
export async function uploadFile(
  access: FalAccess,
  addresses: FalAddresses,
  { bytes, fileName, signal }: FalUpload,
): Promise<string> {
  const { body } = await callFal(access, {
    method: 'POST',
    url: `${addresses.rest}/storage/upload/initiate?storage_type=fal-cdn-v3`,
    body: JSON.stringify({ content_type: bytes.type, file_name: fileName }),
    timeoutMs: initiateTimeoutMs,
    signal,
  });
  const uploadUrl = textOf(body, 'upload_url');
  const fileUrl = textOf(body, 'file_url');
  if (uploadUrl === null || fileUrl === null) {
    throw new FalUnreadableAnswerError('The answer of the upload does not say where the file goes.');
  }
  await putBytes(access, { url: uploadUrl, bytes, timeoutMs: putTimeoutMs, signal });
  return fileUrl;
}
