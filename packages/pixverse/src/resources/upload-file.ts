import { PixVerseInputError } from '../errors.ts';

/** A file to upload. `file.type` becomes the content type, which PixVerse checks. */
export interface FileUpload {
  readonly file: Blob;
  /** Defaults to the name of a `File`, or to `upload` with the extension of the blob's type. */
  readonly filename?: string | undefined;
}

/** Extensions of the types PixVerse accepts (reference pages "Upload image" and "Upload video & audio"). */
const EXTENSION_BY_TYPE: ReadonlyMap<string, string> = new Map([
  ['image/png', 'png'],
  ['image/webp', 'webp'],
  ['image/jpeg', 'jpg'],
  ['image/jpg', 'jpg'],
  ['video/mp4', 'mp4'],
  ['video/mov', 'mov'],
  ['video/quicktime', 'mov'],
  ['video/webm', 'webm'],
  ['audio/mpeg', 'mp3'],
  ['audio/mp4', 'mp3'],
  ['audio/wav', 'wav'],
  ['audio/wave', 'wav'],
  ['audio/x-wav', 'wav'],
  ['audio/vnd.wave', 'wav'],
  ['audio/x-m4a', 'm4a'],
  ['audio/aac', 'aac'],
  ['audio/x-aac', 'aac'],
]);

/** A multipart form with one file part. */
export function fileForm(field: string, upload: FileUpload): FormData {
  if (!(upload.file instanceof Blob)) {
    throw new PixVerseInputError('file must be a Blob or File');
  }
  const form = new FormData();
  form.append(field, upload.file, upload.filename ?? filenameOf(upload.file));
  return form;
}

/** A multipart form with one text part. */
export function textForm(field: string, value: string): FormData {
  const form = new FormData();
  form.append(field, value);
  return form;
}

function filenameOf(file: Blob): string {
  if ('name' in file && typeof file.name === 'string' && file.name !== '') {
    return file.name;
  }
  const extension = EXTENSION_BY_TYPE.get(file.type);
  return extension === undefined ? 'upload' : `upload.${extension}`;
}
