import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import type { Planes } from './canvas.ts';
import { encoderWorkerCode } from './encoder-worker.ts';
import type { EncoderReply, EncoderRequest, EncoderWorkerData } from './encoder-worker.ts';

export interface VideoFormat {
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
  readonly pixelScale: number;
}

/** Encodes one video at a time in a thread of its own. */
export interface VideoEncoder {
  /**
   * Draws and encodes `frameCount` frames and returns the mp4. What is drawn goes to the thread: `draw` makes new planes for every
   * frame. Rejects with `RenderError`.
   */
  encode(format: VideoFormat, frameCount: number, draw: (frame: number) => Planes): Promise<Uint8Array>;
  close(): Promise<void>;
}

export class RenderError extends Error {
  override readonly name = 'RenderError';
}

// Drawing may run this far ahead, so that neither thread waits for the other; more would only take memory.
const framesAhead = 2;

function buffersOf(request: EncoderRequest): ArrayBuffer[] {
  return request.kind === 'frame'
    ? [request.luma.buffer, request.blueness.buffer, request.redness.buffer]
    : [];
}

export function startVideoEncoder(): VideoEncoder {
  const workerData: EncoderWorkerData = {
    encoderPath: createRequire(import.meta.url).resolve('h264-mp4-encoder'),
  };
  const worker = new Worker(encoderWorkerCode, { eval: true, workerData });
  // An idle encoder is no reason for the process to stay.
  worker.unref();
  let lost: RenderError | null = null;
  const waiting: { resolve: (reply: EncoderReply) => void; reject: (error: Error) => void }[] = [];
  worker.on('message', (reply: EncoderReply) => waiting.shift()?.resolve(reply));
  worker.on('error', (cause) => giveUp(new RenderError('the encoder failed', { cause })));
  worker.on('exit', () => giveUp(new RenderError('the encoder has stopped')));

  function giveUp(error: RenderError): void {
    lost ??= error;
    for (const { reject } of waiting.splice(0)) {
      reject(lost);
    }
  }

  async function ask(request: EncoderRequest): Promise<EncoderReply> {
    if (lost !== null) {
      throw lost;
    }
    const reply = await new Promise<EncoderReply>((resolve, reject) => {
      waiting.push({ resolve, reject });
      // Frames are handed over instead of copied.
      worker.postMessage(request, buffersOf(request));
    });
    if (reply.kind === 'error') {
      throw new RenderError(reply.message);
    }
    return reply;
  }

  return {
    async encode(format, frameCount, draw) {
      const drawnWidth = Math.ceil(format.width / format.pixelScale);
      await ask({ kind: 'start', ...format, drawnWidth });
      const pending: Promise<EncoderReply>[] = [];
      try {
        for (let frame = 0; frame < frameCount; frame += 1) {
          if (pending.length >= framesAhead) {
            await pending.shift();
          }
          const { luma, blueness, redness } = draw(frame);
          pending.push(ask({ kind: 'frame', luma, blueness, redness }));
        }
      } finally {
        // After a failure nobody else would wait for the frames on their way, and their rejections would end the process.
        await Promise.allSettled(pending);
      }
      await Promise.all(pending);
      const reply = await ask({ kind: 'finish' });
      if (reply.kind !== 'file') {
        throw new RenderError('the encoder answered the end without a file');
      }
      return reply.bytes;
    },
    async close() {
      await worker.terminate();
    },
  };
}
