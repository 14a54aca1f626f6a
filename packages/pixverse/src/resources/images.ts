import { asJsonObject } from '../envelope.ts';
import type { JsonValue } from '../lossless-json/index.ts';
import { readPixVerseId } from '../pixverse-id.ts';
import type { PixVerseId } from '../pixverse-id.ts';
import type { RequestOptions, Transport } from '../transport/call.ts';
import { readText } from './read-fields.ts';
import { fileForm, textForm } from './upload-file.ts';
import type { FileUpload } from './upload-file.ts';

/** A file, or an address PixVerse fetches it from. Its documents disagree on the latter: prefer the file. */
export type ImageUpload =
  | (FileUpload & { readonly imageUrl?: undefined })
  | { readonly imageUrl: string; readonly file?: undefined };

/** An uploaded image; its id is used in requests. */
export interface UploadedImage {
  readonly img_id: PixVerseId;
  readonly img_url?: string | undefined;
}

/** Uploads of images: free, up to 20 MB each. */
export class Images {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Uploads a png, webp or jpeg of less than 20 MB and at most 4000 pixels a side. Uploads are free, so the client repeats
   * one that failed for want of an answer; at worst an unused copy stays behind.
   *
   * @throws {PixVerseError} class `content_filter` when the image fails moderation.
   */
  async upload(image: ImageUpload, options: RequestOptions = {}): Promise<UploadedImage> {
    const form = (): FormData =>
      image.file === undefined ? textForm('image_url', image.imageUrl) : fileForm('image', image);
    return this.#transport.send(
      {
        kind: 'upload',
        method: 'POST',
        path: '/image/upload',
        content: { type: 'form', form },
        readReply: readUploadedImage,
      },
      options,
    );
  }
}

function readUploadedImage(reply: JsonValue | undefined): UploadedImage | undefined {
  const fields = asJsonObject(reply);
  const imageId = readPixVerseId(fields?.['img_id']);
  return imageId === undefined ? undefined : { img_id: imageId, img_url: readText(fields?.['img_url']) };
}
