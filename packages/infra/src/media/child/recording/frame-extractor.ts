import type { Sharp } from 'sharp';
import type { RecordingFormat } from '../start-of-file.ts';

/** The picture of a video that is wanted, and how it may be had. */
export interface FrameRequest {
  readonly path: string;
  readonly format: RecordingFormat;
  /** Seconds after the start. The last key frame at or before it is meant: every other picture needs those before it. */
  readonly atS: number;
  /** Memory that was reserved for this. */
  readonly decodingBytes: number;
}

/**
 * Decodes one picture of a video, upright; null when this machine lacks what it takes.
 *
 * @throws when the tool is there and cannot decode this video
 */
export type FrameExtractor = (request: FrameRequest) => Promise<Sharp | null>;
