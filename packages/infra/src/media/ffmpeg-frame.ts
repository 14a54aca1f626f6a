import { execFile } from 'node:child_process';

import sharp from 'sharp';

import { hasErrorCode } from '../files/durable-files.ts';
import type { FrameExtractor } from './frame-extractor.ts';

export interface FfmpegOptions {
  /** Looked up on PATH when it is a bare name. */
  readonly program?: string;
  readonly timeoutMs?: number;
}

// An 8K picture as PNG; a file that makes ffmpeg write more is not worth a poster.
const largestPictureBytes = 128 * 1024 * 1024;

/** A picture of a video, decoded by an `ffmpeg` of this machine in a process of its own. */
export function createFfmpegFrameExtractor(options: FfmpegOptions = {}): FrameExtractor {
  const { program = 'ffmpeg', timeoutMs = 15_000 } = options;
  return (path, atS) =>
    new Promise((resolve, reject) => {
      // The protocol list keeps a playlist in disguise from making ffmpeg open URLs.
      const input = ['-protocol_whitelist', 'file', '-ss', atS.toFixed(3), '-i', `file:${path}`];
      const output = ['-frames:v', '1', '-f', 'image2pipe', '-c:v', 'png', 'pipe:1'];
      execFile(
        program,
        ['-v', 'error', '-nostdin', ...input, ...output],
        { encoding: 'buffer', timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: largestPictureBytes },
        (error, picture, complaint) => {
          if (error === null && picture.byteLength > 0) {
            resolve(sharp(picture));
          } else if (hasErrorCode(error, 'ENOENT')) {
            resolve(null);
          } else {
            const text = complaint.toString('utf8').slice(0, 500).trim();
            reject(new Error(`ffmpeg gave no picture. ${text}`, { cause: error }));
          }
        },
      );
    });
}
