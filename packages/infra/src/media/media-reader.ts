import { closeSync, openSync, readSync } from 'node:fs';
import { UnreadableMediaError } from '@pixsim7/core';
import type { Logger, MediaReader } from '@pixsim7/core';
import type { ReadingReply, ReadingRequest } from './child/protocol.ts';
import { frameMemory } from './child/recording/frame-memory.ts';
import { kindOfStart, startBytes } from './child/start-of-file.ts';
import { defaultDecodingBytes, readingTimes } from './limits.ts';
import type { TimeBound } from './limits.ts';
import { ChildEndedError } from './pool/child-end.ts';
import type { ChildEnd } from './pool/child-end.ts';
import { createReadingPool } from './pool/reading-pool.ts';
import type { ReadingPool } from './pool/reading-pool.ts';

export interface MediaReaderOptions {
  readonly logger: Logger;
  /** Memory that all decoding may take at one time, in bytes. A picture that takes more gets no poster. */
  readonly decodingBytes?: number;
  /** Bounds of one answer; shorter ones are for tests. */
  readonly times?: typeof readingTimes;
  readonly pool?: ReadingPool;
}

/** Close it with the server: its children end then, or at the latest when the server is gone. */
export interface IsolatedMediaReader extends MediaReader {
  close(): Promise<void>;
}

/**
 * Reads every file in a child process: a file that makes a decoder crash, fill the memory or never end costs that child and
 * becomes an `UnreadableMediaError`.
 */
export function createMediaReader(options: MediaReaderOptions): IsolatedMediaReader {
  const { logger, decodingBytes = defaultDecodingBytes, times = readingTimes } = options;
  const pool = options.pool ?? createReadingPool({ decodingBytes });

  async function ask(request: ReadingRequest, time: TimeBound): Promise<ReadingReply> {
    const reply = await pool.ask(request, time).catch((error: unknown) => {
      if (!(error instanceof ChildEndedError) || error.end === 'closed') {
        throw error;
      }
      logger.warn({ error, work: request.kind, end: error.end }, 'media reading process ended');
      const mimeType = mimeTypeOfStart(request.path);
      throw new UnreadableMediaError(sentenceOf(error.end, time), {
        flaw: 'not_finished',
        mimeType,
        cause: error,
      });
    });
    if (reply.kind === 'unreadable') {
      const { flaw, mimeType, message, detail } = reply;
      throw new UnreadableMediaError(message, { flaw, mimeType, cause: detail ?? undefined });
    }
    if (reply.kind === 'failed') {
      throw Object.assign(new Error(reply.message), reply.code === null ? {} : { code: reply.code });
    }
    return reply;
  }

  return {
    claimedType: async (path) => mimeTypeOfStart(path),
    async probe(path) {
      const reply = await ask({ kind: 'probe', path }, times.probe);
      if (reply.kind !== 'facts') {
        throw new Error(`A probe was answered with ${reply.kind}.`);
      }
      return reply.facts;
    },
    mayHavePoster({ mediaType, width, height, codec }) {
      switch (mediaType) {
        case 'audio':
          return false;
        case 'image':
          return true;
        case 'video':
          return frameMemory({ pixels: (width ?? 0) * (height ?? 0), codec }) <= decodingBytes;
      }
    },
    async poster(path, facts) {
      const reply = await ask({ kind: 'poster', path, facts }, times.poster);
      if (reply.kind !== 'picture' && reply.kind !== 'no_picture') {
        throw new Error(`A poster was answered with ${reply.kind}.`);
      }
      if (reply.complaints.length > 0) {
        const { codec, width, height } = facts;
        logger.warn({ complaints: reply.complaints, codec, width, height }, 'picture not decoded');
      }
      return reply.kind === 'picture'
        ? { bytes: reply.picture.bytes, mimeType: reply.picture.mimeType }
        : null;
    },
    async convertImage(path, target) {
      const reply = await ask({ kind: 'convert', path, target }, times.convert);
      if (reply.kind !== 'picture') {
        throw new Error(`A conversion was answered with ${reply.kind}.`);
      }
      return reply.picture;
    },
    close: () => pool.close(),
  };
}

function sentenceOf(end: Exclude<ChildEnd, 'closed'>, time: TimeBound): string {
  switch (end) {
    case 'time':
      return `The file could not be read within ${time.computing / 1_000} seconds of processor time. It is damaged, or designed to keep a reader busy.`;
    case 'memory':
      return 'The file takes more memory to read than this server allows. It is damaged, or too large to be decoded here.';
    case 'killed':
      return 'The reader of the file was killed from outside, most likely because the machine ran out of memory.';
    case 'crash':
      return 'The file made its reader crash. It is damaged, or designed to do that.';
  }
}

/** A comparison of the first bytes, which no content can make long; the child that could say it may be gone. */
function mimeTypeOfStart(path: string): string | null {
  const file = openSync(path, 'r');
  try {
    const start = Buffer.alloc(startBytes);
    const kind = kindOfStart(start.subarray(0, readSync(file, start, 0, startBytes, 0)));
    return kind.kind === 'image' || kind.kind === 'recording' ? kind.mimeType : null;
  } finally {
    closeSync(file);
  }
}
