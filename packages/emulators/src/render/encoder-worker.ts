import type { parentPort as ParentPort } from 'node:worker_threads';
import type { H264MP4Encoder } from 'h264-mp4-encoder';

export type EncoderRequest =
  | {
      readonly kind: 'start';
      /** Of the encoded video, both even. */
      readonly width: number;
      readonly height: number;
      readonly frameRate: number;
      /** A drawn pixel becomes a square of this many encoded pixels a side. */
      readonly pixelScale: number;
      /** Pixels in a drawn row. */
      readonly drawnWidth: number;
    }
  | {
      readonly kind: 'frame';
      readonly luma: Uint8Array<ArrayBuffer>;
      readonly blueness: Uint8Array<ArrayBuffer>;
      readonly redness: Uint8Array<ArrayBuffer>;
    }
  | { readonly kind: 'finish' };

export type EncoderReply =
  | { readonly kind: 'done' }
  | { readonly kind: 'file'; readonly bytes: Uint8Array }
  | { readonly kind: 'error'; readonly message: string };

export interface EncoderWorkerData {
  /** Resolved by the parent: code given to a worker as text has no module path of its own to resolve from. */
  readonly encoderPath: string;
}

/**
 * The whole program of an encoder worker; answers every request with one reply, in order.
 *
 * A worker cannot be started from a `.ts` file on Node 20 (which is where tests run from), and a `.js` file would need a
 * copy step in the build. So this function is started from its own text (`encoderWorkerCode`) and must not refer to anything outside
 * of itself.
 */
function runEncoderWorker(load: NodeJS.Require): void {
  const threads = load('node:worker_threads') as {
    parentPort: NonNullable<typeof ParentPort>;
    workerData: EncoderWorkerData;
  };
  const { createH264MP4Encoder } = load(threads.workerData.encoderPath) as {
    createH264MP4Encoder: () => Promise<H264MP4Encoder>;
  };
  let job: { start: Extract<EncoderRequest, { kind: 'start' }>; encoder: H264MP4Encoder } | null = null;
  let frame = new Uint8Array(0);
  let previous: Promise<void> = Promise.resolve();

  /** Enlarges one drawn plane into the frame, every `step`th encoded pixel of the full size. */
  function enlarge(drawn: Uint8Array, offset: number, width: number, height: number, step: number): void {
    if (job === null) {
      throw new Error('a frame came before its start');
    }
    const { pixelScale, drawnWidth } = job.start;
    let lastDrawnRow = -1;
    for (let row = 0; row < height; row += 1) {
      const drawnRow = Math.floor((row * step) / pixelScale);
      const target = offset + row * width;
      if (drawnRow === lastDrawnRow) {
        frame.copyWithin(target, target - width, target);
        continue;
      }
      lastDrawnRow = drawnRow;
      const source = drawnRow * drawnWidth;
      for (let column = 0; column < width; column += 1) {
        frame[target + column] = drawn[source + Math.floor((column * step) / pixelScale)] ?? 0;
      }
    }
  }

  async function answer(request: EncoderRequest): Promise<EncoderReply> {
    switch (request.kind) {
      case 'start': {
        job?.encoder.delete();
        const encoder = await createH264MP4Encoder();
        encoder.width = request.width;
        encoder.height = request.height;
        encoder.frameRate = request.frameRate;
        encoder.speed = 10;
        encoder.quantizationParameter = 30;
        encoder.groupOfPictures = request.frameRate * 2;
        encoder.initialize();
        frame = new Uint8Array((request.width * request.height * 3) / 2);
        job = { start: request, encoder };
        return { kind: 'done' };
      }
      case 'frame': {
        if (job === null) {
          throw new Error('a frame came before its start');
        }
        const { width, height } = job.start;
        enlarge(request.luma, 0, width, height, 1);
        enlarge(request.blueness, width * height, width / 2, height / 2, 2);
        enlarge(request.redness, (width * height * 5) / 4, width / 2, height / 2, 2);
        job.encoder.addFrameYuv(frame);
        return { kind: 'done' };
      }
      case 'finish': {
        if (job === null) {
          throw new Error('the end came before a start');
        }
        const { encoder } = job;
        job = null;
        encoder.finalize();
        const bytes = encoder.FS.readFile(encoder.outputFilename, { encoding: 'binary' });
        encoder.FS.unlink(encoder.outputFilename);
        encoder.delete();
        return { kind: 'file', bytes };
      }
    }
  }

  async function answerAfter(before: Promise<void>, request: EncoderRequest): Promise<void> {
    await before;
    let reply: EncoderReply;
    try {
      reply = await answer(request);
    } catch (error) {
      reply = { kind: 'error', message: String(error) };
    }
    threads.parentPort.postMessage(reply, []);
  }

  threads.parentPort.on('message', (request: EncoderRequest) => {
    previous = answerAfter(previous, request);
  });
}

/** For `new Worker(encoderWorkerCode, { eval: true })`. */
export const encoderWorkerCode = `(${runEncoderWorker.toString()})(require);`;
