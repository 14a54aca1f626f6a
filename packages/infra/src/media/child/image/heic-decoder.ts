import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Flaw } from '../flaw.ts';

/** One plane of a decoded picture: brightness, or one of the two differences of colour. */
export interface Plane {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** Bytes from one row to the next. */
  readonly stride: number;
  /** 8, or more: then a sample takes two bytes, the lower one first. */
  readonly bits: number;
}

interface DecodedImage {
  readonly channels: readonly (Omit<Plane, 'bits'> & { readonly bits_per_pixel: number })[];
}

/** The part of libheif-js that is used. A failure has a `code` instead of what was asked for. */
interface LibHeif {
  readonly heif_colorspace: { readonly heif_colorspace_YCbCr: unknown };
  readonly heif_chroma: { readonly heif_chroma_420: unknown };
  heif_context_alloc(): unknown;
  heif_context_read_from_memory(context: unknown, bytes: Uint8Array): { readonly message: string };
  heif_js_context_get_primary_image_handle(context: unknown): object;
  heif_js_decode_image2(handle: object, space: unknown, chroma: unknown): DecodedImage | HeifFailure;
}

interface HeifFailure {
  readonly code: unknown;
  readonly message: string;
}

/**
 * Decodes the primary picture of a HEIC file by libheif (LGPL, compiled to WebAssembly), turned as the file says.
 *
 * The planes stay where the decoder made them, half the size of RGB. The memory of WebAssembly never shrinks, so the child
 * that did this is replaced afterwards.
 *
 * @throws Flaw
 */
export function decodeHeic(bytes: Uint8Array): {
  luma: Plane;
  blueness: Plane | null;
  redness: Plane | null;
} {
  const heif = loadLibHeif();
  const context = heif.heif_context_alloc();
  const read = heif.heif_context_read_from_memory(context, bytes);
  const handle = heif.heif_js_context_get_primary_image_handle(context);
  if (isFailure(handle)) {
    throw damaged(`${read.message}; ${handle.message}`);
  }
  const image = heif.heif_js_decode_image2(
    handle,
    heif.heif_colorspace.heif_colorspace_YCbCr,
    heif.heif_chroma.heif_chroma_420,
  );
  if (isFailure(image)) {
    throw damaged(image.message);
  }
  const [luma, blueness, redness] = image.channels.map(planeOf);
  if (luma === undefined) {
    throw damaged('no plane');
  }
  return { luma, blueness: blueness ?? null, redness: redness ?? null };
}

function loadLibHeif(): LibHeif {
  const load = createRequire(import.meta.url);
  const wasmBinary = readFileSync(load.resolve('libheif-js/libheif-wasm/libheif.wasm'));
  const ignore = (): void => undefined;
  const create = load('libheif-js/libheif-wasm/libheif.js') as (options: object) => LibHeif;
  return create({ wasmBinary, print: ignore, printErr: ignore });
}

function planeOf(channel: DecodedImage['channels'][number]): Plane {
  const { data, width, height, stride, bits_per_pixel: bits } = channel;
  return { data, width, height, stride, bits };
}

function isFailure(answer: object): answer is HeifFailure {
  return 'code' in answer;
}

function damaged(reason: string): Flaw {
  return new Flaw(
    'damaged',
    'The HEIC image is damaged and cannot be decoded. Send another copy.',
    new Error(reason),
  );
}
