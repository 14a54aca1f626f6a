import type { Issue } from './refusal.ts';
import type { StoredMedia } from './store.ts';

// Runway's reference states the size of an upload and the smallest side for one model. The rest is from its replies, as
// integrations recorded them.

/** Bytes of an ephemeral upload. */
export const uploadBytes = { smallest: 512, largest: 200_000_000 };

const sideLimit = 8_000;
const ratios = { narrowest: 0.5, widest: 2 };
const smallestSideOf: Readonly<Record<string, number>> = { h3_max: 256 };

/** Runway's complaint about a file, at its place in the body; null when it takes the file. */
export function complaintAbout(
  { mediaType, width, height }: StoredMedia,
  model: string,
  path: Issue['path'],
): Issue | null {
  const complain = (message: string): Issue => ({ code: 'custom', path, message });
  if (mediaType === 'audio') {
    return null;
  }
  const smallestSide = smallestSideOf[model] ?? 1;
  if (Math.max(width, height) >= sideLimit || Math.min(width, height) < smallestSide) {
    return complain(`Invalid asset dimensions. Got ${width}x${height}.`);
  }
  const ratio = width / height;
  if (mediaType === 'image' && ratio < ratios.narrowest) {
    return complain(
      `Invalid asset aspect ratio. width / height ratio must be at least ${ratios.narrowest}. Got ${ratio.toFixed(3)}.`,
    );
  }
  if (mediaType === 'image' && ratio > ratios.widest) {
    return complain(
      `Invalid asset aspect ratio. width / height ratio must be at most ${ratios.widest}. Got ${ratio.toFixed(3)}.`,
    );
  }
  return null;
}
