import { open } from 'node:fs/promises';

export type ImageFormat = 'png' | 'jpeg' | 'webp' | 'gif';

const longestSignature = 12;

/**
 * The image format by the first bytes of a file; null for anything else. Only these four reach the image library:
 * it would also open SVG, which is a document with links and scripts, and formats that no provider takes.
 */
export async function imageFormatOf(path: string): Promise<ImageFormat | null> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(longestSignature), 0, longestSignature, 0);
    return formatOfSignature(buffer.subarray(0, bytesRead).toString('latin1'));
  } finally {
    await file.close();
  }
}

function formatOfSignature(start: string): ImageFormat | null {
  if (start.startsWith('\x89PNG\r\n\x1a\n')) {
    return 'png';
  }
  if (start.startsWith('\xff\xd8\xff')) {
    return 'jpeg';
  }
  if (start.startsWith('GIF87a') || start.startsWith('GIF89a')) {
    return 'gif';
  }
  return start.startsWith('RIFF') && start.slice(8, 12) === 'WEBP' ? 'webp' : null;
}
