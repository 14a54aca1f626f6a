import { toBodyText } from '../encode-body.ts';
import { toPixVerseId } from '../pixverse-id.ts';
import type { PixVerseId } from '../pixverse-id.ts';
import type { RequestOptions, Transport } from '../transport/call.ts';
import { readImage, readSubmittedImage, readUploadedImage } from './image-replies.ts';
import type { Image, SubmittedImage, UploadedImage } from './image-replies.ts';
import { fileForm, textForm } from './upload-file.ts';
import type { FileUpload } from './upload-file.ts';

/** A file, or an address PixVerse fetches it from. Its documents disagree on the latter: prefer the file. */
export type ImageUpload =
  | (FileUpload & { readonly imageUrl?: undefined })
  | { readonly imageUrl: string; readonly file?: undefined };

/** Body of `POST /image/template/generate`. */
export interface ImageTemplateRequest {
  /** As many as the template takes. */
  readonly img_ids: readonly PixVerseId[];
  /** An image template activated in the dashboard. */
  readonly template_id: PixVerseId;
}

/** Images: uploads, which are free, and images made by a template, which are paid. */
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
  /** Makes an image by a template. Paid, so it is sent once; see `client.videos` for the way to repeat it safely. */
  generateFromTemplate(body: ImageTemplateRequest, options?: RequestOptions): Promise<SubmittedImage> {
    return this.submit(body, options);
  }

  /** Submits a body that was stored, like `videos.submit`. */
  async submit(body: object | string, options: RequestOptions = {}): Promise<SubmittedImage> {
    const text = toBodyText(body);
    return this.#transport.send(
      {
        kind: 'submit',
        method: 'POST',
        path: '/image/template/generate',
        content: { type: 'json', text },
        readReply: readSubmittedImage,
      },
      options,
    );
  }

  /** The present state of a generated image, by its `image_id`; an uploaded one has none. */
  async retrieve(imageId: PixVerseId, options: RequestOptions = {}): Promise<Image> {
    const path = `/image/result/${toPixVerseId(imageId)}`;
    return this.#transport.send({ kind: 'read', method: 'GET', path, readReply: readImage }, options);
  }
}
