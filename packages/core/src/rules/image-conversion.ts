import type { InputSpecification } from '@pixsim7/contracts';
import type { AssetRow, ImageTrait } from '../model/index.ts';
import type { ImageTarget } from '../ports/media.ts';

/** Facts about a file that fills an input: the row of an asset, or what a file said that is not one yet. */
export type InputFacts = Pick<
  AssetRow,
  | 'mediaType'
  | 'mimeType'
  | 'bytes'
  | 'width'
  | 'height'
  | 'durationS'
  | 'fps'
  | 'codec'
  | 'animated'
  | 'imageTraits'
  | 'madeBy'
>;

/** The form of a picture in which it is sent. */
export interface ImageConversion {
  readonly target: ImageTarget;
  /** The size that the provider sees, in pixels; null when it is not known. */
  readonly size: { readonly width: number; readonly height: number } | null;
  /** The changes, one sentence each. */
  readonly changes: readonly string[];
}

const targetTypes = ['image/jpeg', 'image/png', 'image/webp'] as const satisfies ImageTarget['mimeType'][];

/** Few colours and sharp edges, which JPEG would blur. */
const drawnTypes = ['image/gif', 'image/bmp'];

const traitChanges: Readonly<Record<ImageTrait, string>> = {
  cmyk: 'Its CMYK colours become RGB.',
  sixteen_bit: 'Its 16 bits per channel become 8.',
  turned: 'It is turned upright.',
};

/**
 * The changes a picture needs before a provider takes it; null if it can be sent as it is, or if the file is not a
 * picture. Only changes that keep the picture the same are made: another format, its first frame, and scaling down. A
 * picture that is too small or of a wrong shape stays what it is, and is refused.
 */
export function conversionOf(specification: InputSpecification, file: InputFacts): ImageConversion | null {
  if (specification.media_type !== 'image' || file.mediaType !== 'image') {
    return null;
  }
  const mimeType = targetTypeOf(specification, file);
  if (mimeType === null) {
    return null;
  }
  const scale = scaleOf(specification, file);
  const size =
    file.width === null || file.height === null
      ? null
      : { width: scaled(file.width, scale), height: scaled(file.height, scale) };
  const { max_bytes: maxBytes } = specification;
  const changes = [
    ...(mimeType === file.mimeType ? [] : [`It is sent as ${mimeType}.`]),
    ...(file.animated ? ['Only its first frame is sent.'] : []),
    ...file.imageTraits.map((trait) => traitChanges[trait]),
    ...(scale < 1 && size !== null ? [`It is scaled down to ${size.width} x ${size.height} pixels.`] : []),
    ...(maxBytes !== undefined && file.bytes > maxBytes ? [`It is made to fit ${maxBytes} bytes.`] : []),
  ];
  if (changes.length === 0) {
    return null;
  }
  const target: ImageTarget = {
    mimeType,
    ...(scale < 1 && size !== null ? { maxSidePx: Math.max(size.width, size.height) } : {}),
    ...(maxBytes === undefined ? {} : { maxBytes }),
  };
  return { target, size, changes };
}

/** The file that the provider will get, as far as it is known before the conversion. */
export function sentFile(file: InputFacts, conversion: ImageConversion | null): InputFacts {
  if (conversion === null) {
    return file;
  }
  const { target, size } = conversion;
  return { ...file, mimeType: target.mimeType, width: size?.width ?? null, height: size?.height ?? null };
}

/** Its own type where the provider takes that, so nothing changes which need not. */
function targetTypeOf({ mime_types: taken }: InputSpecification, { mimeType }: InputFacts) {
  const usable = targetTypes.filter((type) => taken.includes(type));
  const wanted = drawnTypes.includes(mimeType) ? 'image/png' : 'image/jpeg';
  return (
    usable.find((type) => type === mimeType) ?? usable.find((type) => type === wanted) ?? usable[0] ?? null
  );
}

/** By how much the sides have to shrink; at most 1. */
function scaleOf(specification: InputSpecification, { width, height }: InputFacts): number {
  if (width === null || height === null) {
    return 1;
  }
  const { max_side_px: maxSide = Infinity, max_pixels: maxPixels = Infinity } = specification;
  return Math.min(1, maxSide / Math.max(width, height), Math.sqrt(maxPixels / (width * height)));
}

/** Rounded down, so the bound is kept. */
function scaled(side: number, scale: number): number {
  return Math.max(1, Math.floor(side * scale));
}
