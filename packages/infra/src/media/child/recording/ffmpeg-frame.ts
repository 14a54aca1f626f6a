import { execFile } from 'node:child_process';
import sharp from 'sharp';
import { hasErrorCode } from '../../../files/durable-files.ts';
import type { FrameExtractor, FrameRequest } from './frame-extractor.ts';

export interface FfmpegOptions {
  /** Looked up on PATH when it is a bare name. */
  readonly program?: string;
  readonly timeoutMs?: number;
}

// ffmpeg makes the picture small before it writes it: a PNG of 1280 pixels a side is 6 MB at most.
const largestPictureBytes = 16 * 1024 * 1024;
const smaller = 'scale=w=min(1280\\,iw):h=min(1280\\,ih):force_original_aspect_ratio=decrease';
/** Memory that the program takes before it has read anything, and what it reserves without using. */
const ownKilobytes = 160 * 1024;

/**
 * A picture of a video, decoded by an `ffmpeg` of this machine. It belongs to the process group of the child and ends with
 * it; a limit of the kernel bounds its memory, and its own limit its time.
 */
export function createFfmpegFrameExtractor(options: FfmpegOptions = {}): FrameExtractor {
  const { program = 'ffmpeg', timeoutMs = 15_000 } = options;
  return (request) =>
    new Promise((resolve, reject) => {
      const { command, args } = limited(program, argumentsOf(request, timeoutMs), request.decodingBytes);
      execFile(
        command,
        args,
        { encoding: 'buffer', timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: largestPictureBytes },
        (error, picture, complaint) => {
          if (error === null && picture.byteLength > 0) {
            resolve(sharp(picture));
          } else if (hasErrorCode(error, 'ENOENT') || error?.code === commandNotFound) {
            resolve(null);
          } else {
            const text = complaint.toString('utf8').slice(0, 500).trim();
            reject(new Error(`ffmpeg gave no picture. ${text}`, { cause: error }));
          }
        },
      );
    });
}

/** Exit code of a shell that did not find the program. */
const commandNotFound = 127;

function argumentsOf({ path, atS }: FrameRequest, timeoutMs: number): readonly string[] {
  const bounds = [
    '-v',
    'error',
    '-nostdin',
    '-threads',
    '1',
    '-timelimit',
    String(Math.ceil(timeoutMs / 1_000)),
  ];
  // An accurate seek would drop the key frame that it went to, because that lies before the moment.
  const oneKeyFrame = ['-skip_frame', 'nokey', '-noaccurate_seek', '-ss', atS.toFixed(3)];
  // The protocol list keeps a playlist in disguise from making ffmpeg open URLs.
  const input = [...oneKeyFrame, '-protocol_whitelist', 'file', '-i', `file:${path}`];
  const output = ['-frames:v', '1', '-vf', smaller, '-f', 'image2pipe', '-c:v', 'png', 'pipe:1'];
  return [...bounds, ...input, ...output];
}

// The server and its probes come first; a machine without `nice` treats it like them.
const limitedAndNice = 'command -v nice >/dev/null 2>&1 && exec nice -n 10 "$0" "$@"; exec "$0" "$@"';

/** Windows has no such limit; there the bounds of time and of the size in the header have to do. */
function limited(
  program: string,
  args: readonly string[],
  decodingBytes: number,
): { readonly command: string; readonly args: readonly string[] } {
  if (process.platform === 'win32') {
    return { command: program, args };
  }
  const kilobytes = Math.ceil(decodingBytes / 1024) + ownKilobytes;
  return { command: 'sh', args: ['-c', `ulimit -d ${kilobytes}; ${limitedAndNice}`, program, ...args] };
}
