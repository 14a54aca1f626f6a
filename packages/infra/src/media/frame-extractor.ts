import type { Sharp } from 'sharp';

/**
 * Decodes one picture of a video, upright; null when this machine lacks what it takes.
 *
 * @param atS seconds after the start; the last picture before it is meant
 * @throws when the tool is there and cannot decode this video
 */
export type FrameExtractor = (path: string, atS: number) => Promise<Sharp | null>;
