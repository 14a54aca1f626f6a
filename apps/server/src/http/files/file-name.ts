const extensions: Readonly<Record<string, string>> = {
  'video/mp4': 'mp4',
  'video/quicktime': 'mov',
  'video/webm': 'webm',
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'image/gif': 'gif',
  'image/avif': 'avif',
  'image/heic': 'heic',
  'image/tiff': 'tiff',
  'image/bmp': 'bmp',
  'audio/mpeg': 'mp3',
  'audio/mp4': 'm4a',
  'audio/wav': 'wav',
  'audio/ogg': 'ogg',
  'audio/aac': 'aac',
  'audio/flac': 'flac',
  'audio/webm': 'webm',
};

/** Control characters, those that turn the reading direction, and what file systems keep for themselves. */
const unsafeCharacters = /[\p{Cc}\p{Cf}"*/:<>?\\|]/gu;

/**
 * A name under which a file can be saved anywhere. Its extension follows the bytes, whatever the uploader called it: a
 * picture that was uploaded as `page.html` must not be opened as a page.
 */
export function savedFileName(name: string | null, fallback: string, mimeType: string): string {
  const extension = extensions[mimeType] ?? 'bin';
  const stem = (name ?? '').replace(unsafeCharacters, '_').replace(/\.[a-z0-9]{1,10}$/iu, '');
  const trimmed = stem.replace(/^[.\s]+|[.\s]+$/gu, '').slice(0, 120);
  return `${trimmed === '' ? fallback : trimmed.replace(/\p{Surrogate}/gu, '')}.${extension}`;
}

/** A `Content-Disposition` header (RFC 6266): the name in ASCII for old clients, and as it is. */
export function contentDisposition(kind: 'inline' | 'attachment', fileName: string): string {
  const ascii = fileName.replace(/[^\x20-\x7e]/gu, '_');
  const encoded = encodeURIComponent(fileName).replace(
    /['()*]/gu,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${kind}; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
