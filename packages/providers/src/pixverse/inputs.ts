import type { PixVerse } from '@pixsim7/pixverse';
import type { AccountAccess, CallOptions, InputFile, ResolvedInput } from '../contract/adapter.ts';
import type { JsonObject } from '../contract/json.ts';
import type { InputSlot } from '../contract/mapping.ts';
import { readMaskName } from './mask-name.ts';

type Own = InputFile & { readonly madeBy: NonNullable<InputFile['madeBy']> };

/**
 * The reference of a file that needs no upload: a video that this account made, or a mask. PixVerse knows them by an id,
 * under that account alone. null for any other file.
 */
export function ownReference(
  account: AccountAccess,
  slot: InputSlot,
  file: InputFile,
  providerId: string,
): ResolvedInput | null {
  if (!wasMadeBy(account, file, providerId)) {
    return null;
  }
  const { providerJobId } = file.madeBy;
  if (slot.role === 'mask') {
    const { maskId, keyframe } = readMaskName(providerJobId);
    return reusable({ mask_id: maskId, keyframe_id: keyframe });
  }
  return slot.specification.media_type === 'video' && file.mediaType === 'video'
    ? reusable({ source_video_id: providerJobId })
    : null;
}

function wasMadeBy(account: AccountAccess, file: InputFile, providerId: string): file is Own {
  return file.madeBy?.providerId === providerId && file.madeBy.accountId === account.accountId;
}

/** Uploads a file, which is free. */
export async function upload(
  client: PixVerse,
  slot: InputSlot,
  file: InputFile,
  options: CallOptions | undefined,
): Promise<ResolvedInput> {
  if (slot.role === 'mask') {
    throw new TypeError('A mask is known by its id to the account that made it, and cannot be uploaded.');
  }
  // The type of the blob becomes the content type of the part, which PixVerse checks.
  const blob = new Blob([await file.open()], { type: contentTypeOf(file) });
  const named = { file: blob, filename: file.fileName };
  switch (slot.specification.media_type) {
    case 'image':
      return reusable({ img_id: (await client.images.upload(named, options)).img_id });
    case 'video':
      return reusable({ video_media_id: (await client.media.upload(named, options)).media_id });
    case 'audio':
      return reusable({ audio_media_id: (await client.media.upload(named, options)).media_id });
  }
}

/** PixVerse reads `audio/mp4` as mp3; this is its name for the other. */
function contentTypeOf({ mimeType }: InputFile): string {
  return mimeType === 'audio/mp4' ? 'audio/x-m4a' : mimeType;
}

/** PixVerse documents no end of an upload's life. */
function reusable(reference: JsonObject): ResolvedInput {
  return { reference, reusable: true, expiresAt: null };
}
