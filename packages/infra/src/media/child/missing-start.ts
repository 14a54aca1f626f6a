import type { FileBytes } from './file-bytes.ts';

/** So far from the end the marks of an end are looked for. */
const tailBytes = 256 * 1024;

/** The format that the end of a file belongs to, when its start is lost; null when the end says nothing either. */
export function kindOfEnd(file: FileBytes): 'PNG image' | 'JPEG image' | 'video' | null {
  const length = Math.min(file.size, tailBytes);
  const tail = file.at(file.size - length, length).toString('latin1');
  if (tail.endsWith('IEND\xae\x42\x60\x82')) {
    return 'PNG image';
  }
  // An index has its header first; the four bytes between the names are a length.
  if (/moov.{4}mvhd/su.test(tail) || /moof.{4}mfhd/su.test(tail) || /mfra.{4}tfra/su.test(tail)) {
    return 'video';
  }
  // Coded JPEG data writes each byte of 255 with a zero after it.
  return tail.endsWith('\xff\xd9') && /\xff\0/u.test(tail) ? 'JPEG image' : null;
}
