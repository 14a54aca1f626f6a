import { toPixVerseId } from '@pixsim7/pixverse';
import type { PixVerse, PixVerseId, VideoPath } from '@pixsim7/pixverse';
import type { CallOptions, ProviderRequest, VideoStatusResult } from '../contract/adapter.ts';
import type { JsonObject } from '../contract/json.ts';
import { masksHandle, maskStatus } from './masks.ts';
import { imagePath, maskPath, videoPaths } from './request-plan.ts';
import { readImageStatus, readVideoStatus } from './status.ts';

/** A generation that PixVerse accepted. */
export interface Accepted {
  readonly providerJobId: string;
  readonly handle: JsonObject;
  readonly credits: number | null;
}

/** Sends a request once. A stored request goes where it says, but never to a path that makes nothing. */
export async function submit(
  client: PixVerse,
  { endpoint, body }: ProviderRequest,
  traceId: string,
  options: CallOptions | undefined,
): Promise<Accepted> {
  const once = { ...options, traceId };
  switch (endpoint.path) {
    case imagePath: {
      const { image_id: id, credits = null } = await client.images.submit(body, once);
      return { providerJobId: id, handle: { image_id: id }, credits };
    }
    case maskPath: {
      const selection = await client.masks.submit(body, once);
      const { credits = null } = selection;
      // Nobody may have been found, and then no mask has an id.
      const providerJobId = selection.mask_info[0]?.mask_id ?? traceId;
      return { providerJobId, handle: masksHandle(selection), credits };
    }
    default: {
      const { video_id: id, credits = null } = await client.videos.submit(
        videoPathOf(endpoint.path),
        body,
        once,
      );
      return { providerJobId: id, handle: { video_id: id }, credits };
    }
  }
}

/** Asks how a generation stands. Masks came with the answer to their request, so nobody is asked about them. */
export async function readStatus(
  client: PixVerse,
  handle: JsonObject,
  options: CallOptions | undefined,
): Promise<VideoStatusResult> {
  if ('masks' in handle) {
    return maskStatus(handle);
  }
  if ('image_id' in handle) {
    return readImageStatus(await client.images.retrieve(idOf(handle, 'image_id'), options));
  }
  return readVideoStatus(await client.videos.retrieve(idOf(handle, 'video_id'), options));
}

function idOf(handle: JsonObject, member: string): PixVerseId {
  const id = handle[member];
  if (typeof id !== 'string') {
    throw new TypeError('The handle was not made by the PixVerse adapter.');
  }
  return toPixVerseId(id);
}

function videoPathOf(wanted: string): VideoPath {
  const path = videoPaths.find((known) => known === wanted);
  if (path === undefined) {
    throw new TypeError(`PixVerse has no generation at ${wanted}.`);
  }
  return path;
}
