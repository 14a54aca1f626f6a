import { evenSide } from '../media/frame-size.ts';
import type { FrameSize } from '../media/frame-size.ts';
import type { StoredMedia } from './store.ts';

const linesOf: Readonly<Record<string, number>> = {
  '480p': 480,
  '720p': 720,
  '768p': 768,
  '1080p': 1080,
  '2k': 1440,
};
const usualLines = 720;
const widescreen: FrameSize = { width: 16, height: 9 };

/**
 * The size of a video: `ratio` in pixels, or as a proportion with a `resolution`. Anything left open follows the picture or
 * the source.
 */
export function frameOf(body: Readonly<Record<string, unknown>>, like: StoredMedia | null): FrameSize {
  const ratio = typeof body['ratio'] === 'string' ? body['ratio'] : '';
  const [width, height] = /^(\d+):(\d+)$/.exec(ratio)?.slice(1).map(Number) ?? [];
  if (width !== undefined && height !== undefined && width > 100) {
    return evenFrame(width, height);
  }
  const resolution = typeof body['resolution'] === 'string' ? body['resolution'] : ratio.replace('auto_', '');
  const lines = linesOf[resolution];
  const proportion = width !== undefined && height !== undefined ? { width, height } : (like ?? widescreen);
  if (lines === undefined && like !== null && ratio === '') {
    return evenFrame(like.width, like.height);
  }
  const scale = (lines ?? usualLines) / Math.min(proportion.width, proportion.height);
  return evenFrame(proportion.width * scale, proportion.height * scale);
}

function evenFrame(width: number, height: number): FrameSize {
  return { width: evenSide(width), height: evenSide(height) };
}
