import { asJsonObject } from '../envelope.ts';
import type { JsonValue } from '../lossless-json/index.ts';
import { MEDIA_TYPES } from '../models.ts';
import type { MediaType } from '../models.ts';
import { readPixVerseId } from '../pixverse-id.ts';
import type { PixVerseId } from '../pixverse-id.ts';
import type { RequestOptions, Transport } from '../transport/call.ts';
import { readText } from './read-fields.ts';
import { fileForm, textForm } from './upload-file.ts';
import type { FileUpload } from './upload-file.ts';

/** A file, or an address PixVerse fetches it from. */
export type MediaUpload =
  | (FileUpload & { readonly fileUrl?: undefined })
  | { readonly fileUrl: string; readonly file?: undefined };

/** An uploaded video or audio. */
export interface UploadedMedia {
  readonly media_id: PixVerseId;
  /** The type that PixVerse saw in the file. */
  readonly media_type?: MediaType | undefined;
  readonly url?: string | undefined;
}

/** Uploads of videos and audio. */
export class Media {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Uploads a video (mp4, mov, webm) or audio (mp3, wav, m4a, aac) of at most 50 MB and 30 seconds. Repeated like
   * `images.upload`.
   *
   * @throws {PixVerseError}
   */
  async upload(media: MediaUpload, options: RequestOptions = {}): Promise<UploadedMedia> {
    const form = (): FormData =>
      media.file === undefined ? textForm('file_url', media.fileUrl) : fileForm('file', media);
    return this.#transport.send(
      {
        kind: 'upload',
        method: 'POST',
        path: '/media/upload',
        content: { type: 'form', form },
        readReply: readUploadedMedia,
      },
      options,
    );
  }
}

function readUploadedMedia(reply: JsonValue | undefined): UploadedMedia | undefined {
  const fields = asJsonObject(reply);
  const mediaId = readPixVerseId(fields?.['media_id']);
  if (fields === undefined || mediaId === undefined) {
    return undefined;
  }
  return {
    media_id: mediaId,
    media_type: MEDIA_TYPES.find((type) => type === fields['media_type']),
    url: readText(fields['url']),
  };
}
