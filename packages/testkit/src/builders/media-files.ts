import { createRequire } from 'node:module';
import type * as encoderModule from 'h264-mp4-encoder';

export interface Colour {
  readonly r: number;
  readonly g: number;
  readonly b: number;
}

export interface ImageFileOptions {
  readonly format?: 'png' | 'jpeg' | 'webp' | 'gif';
  readonly width?: number;
  readonly height?: number;
  readonly colour?: Colour;
  /** EXIF orientation, 1 to 8; from 5 on the shown picture is turned by a quarter. */
  readonly orientation?: number;
}

const blue: Colour = { r: 20, g: 60, b: 200 };

/** A small valid image of one colour. */
export async function createImageFile(options: ImageFileOptions = {}): Promise<Uint8Array> {
  // Loaded on use: most tests that import the testkit make no media, and loading takes longer than they do.
  const { default: sharp } = await import('sharp');
  const { format = 'png', width = 64, height = 36, colour = blue, orientation } = options;
  const picture = sharp({ create: { width, height, channels: 3, background: colour } });
  const tagged = orientation === undefined ? picture : picture.withMetadata({ orientation });
  return new Uint8Array(await tagged.toFormat(format).toBuffer());
}

export interface VideoFileOptions {
  /** Both even. */
  readonly width?: number;
  readonly height?: number;
  readonly fps?: number;
  readonly seconds?: number;
  /** One after the other, each for an equal part of the time. */
  readonly colours?: readonly [Colour, ...Colour[]];
}

const encoded = new Map<string, Promise<Uint8Array>>();

/** A small playable H.264 mp4. Encoding takes tens of milliseconds, so equal requests share one file in a process. */
export async function createVideoFile(options: VideoFileOptions = {}): Promise<Uint8Array> {
  const complete = { width: 160, height: 90, fps: 10, seconds: 1, colours: [blue] as const, ...options };
  const key = JSON.stringify(complete);
  const known = encoded.get(key) ?? encodeVideo(complete);
  encoded.set(key, known);
  return (await known).slice();
}

async function encodeVideo({
  width,
  height,
  fps,
  seconds,
  colours,
}: Required<VideoFileOptions>): Promise<Uint8Array> {
  // Required on use, as `sharp` is loaded above. As an ES module it has no names of its own in plain Node.
  const { createH264MP4Encoder } = createRequire(import.meta.url)('h264-mp4-encoder') as typeof encoderModule;
  const encoder = await createH264MP4Encoder();
  try {
    encoder.width = width;
    encoder.height = height;
    encoder.frameRate = fps;
    encoder.quantizationParameter = 28;
    encoder.initialize();
    const frames = Math.round(fps * seconds);
    for (let frame = 0; frame < frames; frame += 1) {
      const colour = colours[Math.floor((frame * colours.length) / frames)] ?? colours[0];
      encoder.addFrameRgba(filled(width * height, colour));
    }
    encoder.finalize();
    return encoder.FS.readFile(encoder.outputFilename, { encoding: 'binary' });
  } finally {
    encoder.delete();
  }
}

function filled(pixels: number, { r, g, b }: Colour): Uint8Array {
  const bytes = new Uint8Array(pixels * 4);
  for (let offset = 0; offset < bytes.length; offset += 4) {
    bytes.set([r, g, b, 255], offset);
  }
  return bytes;
}
