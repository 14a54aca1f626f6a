import type { Sharp } from 'sharp';
import type { RecordingFormat } from '../start-of-file.ts';

/** The picture of a video that is wanted, and how it may be had. */
export interface FrameRequest {
  readonly path: string;
  readonly format: RecordingFormat;
  /** Seconds after the start; the last picture before it is meant. */
  readonly atS: number;
  /** Only the picture that stands for itself at or before that moment, for videos whose pictures take much memory. */
  readonly keyFrameOnly: boolean;
  /** Memory that was reserved for this. */
  readonly decodingBytes: number;
}

/**
 * Decodes one picture of a video, upright; null when this machine lacks what it takes.
 *
 * @throws when the tool is there and cannot decode this video
 */
export type FrameExtractor = (request: FrameRequest) => Promise<Sharp | null>;
