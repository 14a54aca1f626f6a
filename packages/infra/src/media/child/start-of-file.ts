/** Image formats that are decoded. */
export type ImageFormat = 'png' | 'jpeg' | 'webp' | 'gif' | 'tiff' | 'avif' | 'heic' | 'bmp';

export type RecordingFormat = 'mp4' | 'mov' | 'webm' | 'mp3' | 'wav' | 'aac' | 'flac' | 'ogg';

/** The format that the first bytes of a file claim. */
export type FileKind =
  | { readonly kind: 'image'; readonly format: ImageFormat; readonly mimeType: string }
  | { readonly kind: 'recording'; readonly format: RecordingFormat; readonly mimeType: string }
  /** A known format that is not read. `advice` is a sentence. */
  | { readonly kind: 'refused'; readonly name: string; readonly advice: string; readonly isMedia: boolean }
  | { readonly kind: 'unknown' };

/** So many bytes are looked at. */
export const startBytes = 4096;

const image = (format: ImageFormat): FileKind => ({ kind: 'image', format, mimeType: `image/${format}` });
const recording = (format: RecordingFormat, mimeType: string): FileKind => ({
  kind: 'recording',
  format,
  mimeType,
});
const toPicture = 'Save it as JPEG or PNG.';
const toVideo = 'Convert it to MP4.';
const toSound = 'Convert it to MP3 or M4A.';
const refused = (name: string, advice: string): FileKind => ({
  kind: 'refused',
  name,
  advice,
  isMedia: true,
});
const noMedia = (name: string): FileKind => ({ kind: 'refused', name, advice: '', isMedia: false });

/** Signatures that stand at the very start, as Latin-1. */
const signatures: readonly (readonly [string, FileKind])[] = [
  ['\x89PNG\r\n\x1a\n', image('png')],
  ['\xff\xd8\xff', image('jpeg')],
  ['GIF87a', image('gif')],
  ['GIF89a', image('gif')],
  ['II*\0', image('tiff')],
  ['MM\0*', image('tiff')],
  ['ID3', recording('mp3', 'audio/mpeg')],
  ['fLaC', recording('flac', 'audio/flac')],
  ['OggS', recording('ogg', 'audio/ogg')],
  ['II+\0', refused('a BigTIFF image', toPicture)],
  ['MM\0+', refused('a BigTIFF image', toPicture)],
  ['8BPS', refused('a Photoshop document', toPicture)],
  ['\0\0\x01\0', refused('an icon (ICO)', toPicture)],
  ['\0\0\0\x0cJXL ', refused('a JPEG XL image', toPicture)],
  ['\xff\x0a', refused('a JPEG XL image', toPicture)],
  ['\0\0\0\x0cjP  ', refused('a JPEG 2000 image', toPicture)],
  ['FLV\x01', refused('a Flash video (FLV)', toVideo)],
  ['\x30\x26\xb2\x75\x8e\x66\xcf\x11', refused('a Windows Media file', toVideo)],
  ['\0\0\x01\xba', refused('an MPEG program stream', toVideo)],
  ['.RMF', refused('a RealMedia file', toVideo)],
  ['#!AMR', refused('an AMR recording', toSound)],
  ['MThd', refused('a MIDI file', toSound)],
  ['#EXTM3U', noMedia('a playlist')],
  ['%PDF-', noMedia('a PDF document')],
  ['PK\x03\x04', noMedia('a ZIP archive or an office document')],
  ['\x1f\x8b', noMedia('a gzip archive')],
];

/** Judges by the bytes alone. Compares a bounded number of bytes, so it may run anywhere. */
export function kindOfStart(bytes: Uint8Array): FileKind {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, startBytes)).toString(
    'latin1',
  );
  const signature = signatures.find(([text]) => start.startsWith(text));
  if (signature !== undefined) {
    return signature[1];
  }
  if (start.startsWith('BM') && isBitmapHeader(bytes)) {
    return image('bmp');
  }
  if (start.startsWith('RIFF')) {
    return kindOfRiff(start.slice(8, 12));
  }
  if (start.startsWith('\x1aE\xdf\xa3')) {
    return start.slice(0, 64).includes('webm')
      ? recording('webm', 'video/webm')
      : refused('a Matroska video (MKV)', toVideo);
  }
  if (start.slice(4, 8) === 'ftyp') {
    return kindOfBrands(start);
  }
  if (/^(?:moov|mdat|wide|free|skip|pnot)$/u.test(start.slice(4, 8))) {
    return recording('mov', 'video/quicktime');
  }
  if (/^(?:moof|sidx|styp)$/u.test(start.slice(4, 8))) {
    return recording('mp4', 'video/mp4');
  }
  if (start.charCodeAt(0) === 0x47 && start.charCodeAt(188) === 0x47) {
    return refused('an MPEG transport stream', toVideo);
  }
  if (/^\xff[\xf0\xf1\xf8\xf9]/u.test(start)) {
    return recording('aac', 'audio/aac');
  }
  if (/^\xff[\xe2-\xe7\xf2-\xf7\xfa-\xfb]/u.test(start)) {
    return recording('mp3', 'audio/mpeg');
  }
  return kindOfText(start);
}

/** Two letters are a weak sign: a BMP header also has zeros where it must, and a size of its second part. */
function isBitmapHeader(bytes: Uint8Array): boolean {
  return bytes.byteLength >= 26 && [6, 7, 8, 9].every((at) => bytes[at] === 0) && (bytes[14] ?? 0) >= 12;
}

function kindOfRiff(form: string): FileKind {
  switch (form) {
    case 'WEBP':
      return image('webp');
    case 'WAVE':
      return recording('wav', 'audio/wav');
    case 'AVI ':
      return refused('an AVI video', toVideo);
    default:
      return { kind: 'unknown' };
  }
}

/** Brands of an ISO file: the major one decides, unless it only says "a picture" (mif1) or "a sequence of pictures" (msf1). */
function kindOfBrands(start: string): FileKind {
  const size = Math.min(start.charCodeAt(2) * 256 + start.charCodeAt(3), 256);
  const major = start.slice(8, 12);
  const compatible = start.slice(16, Math.max(16, size)).match(/.{4}/gsu) ?? [];
  const brands = /^(?:mif1|msf1|miaf)$/u.test(major) ? [major, ...compatible] : [major];
  if (brands.some((brand) => /^avi[fso]$/u.test(brand))) {
    return image('avif');
  }
  if (brands.some((brand) => /^(?:hei[cxms]|hev[cxms]|mif1|msf1|miaf)$/u.test(brand))) {
    return image('heic');
  }
  if (major === 'crx ') {
    return refused('a camera raw file (CR3)', toPicture);
  }
  if (major === 'qt  ') {
    return recording('mov', 'video/quicktime');
  }
  return recording('mp4', 'video/mp4');
}

function kindOfText(start: string): FileKind {
  const text = start
    .replace(/^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)/u, '')
    .replaceAll('\0', '')
    .trimStart();
  if (/^(?:<\?xml[^>]*>\s*|<!--.*?-->\s*|<!doctype svg[^>]*>\s*)*<svg[\s>]/isu.test(text)) {
    return refused('an SVG drawing', toPicture);
  }
  if (/^(?:<!doctype html|<html|<head|<body)/iu.test(text)) {
    return noMedia('a web page (HTML)');
  }
  if (/^<\?xml/iu.test(text)) {
    return noMedia('an XML document');
  }
  if (/^[[{]\s*["\]}[{\d]/u.test(text)) {
    return noMedia('JSON');
  }
  // oxlint-disable-next-line eslint/no-control-regex -- control characters are what tells text from other bytes
  if (text.length > 0 && !/[\x00-\x08\x0e-\x1f]/u.test(text)) {
    return noMedia('text');
  }
  return { kind: 'unknown' };
}
