import type { ConvertedImage, ImageTarget, MediaFacts } from '@pixsim7/core';
import { mediaLimits } from '../limits.ts';
import { withFileBytes } from './file-bytes.ts';
import { Flaw } from './flaw.ts';
import { convertImage } from './image/convert-image.ts';
import { assertPixels, flawOf, readImageFacts } from './image/image-facts.ts';
import { openPicture, readHeader } from './image/open-picture.ts';
import { encodePoster, posterMimeType, posterSidePx } from './image/poster.ts';
import { isMachineFault } from './machine-fault.ts';
import { kindOfEnd } from './missing-start.ts';
import type { Reading, ReadingReply, ReadingRequest } from './protocol.ts';
import { readRecordingFacts } from './recording/recording-facts.ts';
import { videoPoster } from './recording/video-poster.ts';
import type { VideoPoster } from './recording/video-poster.ts';
import { kindOfStart, startBytes } from './start-of-file.ts';
import type { FileKind } from './start-of-file.ts';

type MediaKind = Extract<FileKind, { kind: 'image' | 'recording' }>;

/** Answers a request about a file. Whatever is wrong with the file is a reply, never an error. */
export async function answer(request: ReadingRequest, reading: Reading): Promise<ReadingReply> {
  let mimeType: string | null = null;
  try {
    const kind = kindOf(request.path);
    mimeType = kind.mimeType;
    switch (request.kind) {
      case 'probe':
        return { kind: 'facts', facts: await factsOf(request.path, kind, reading) };
      case 'poster':
        return pictureReply(await posterOf(request.path, kind, request.facts, reading));
      case 'convert':
        return pictureReply({
          picture: await converted(request.path, kind, request.target, reading),
          complaints: [],
        });
    }
  } catch (error) {
    return failure(error, mimeType);
  }
}

/** The format by the first bytes. @throws Flaw for everything that is not read */
function kindOf(path: string): MediaKind {
  return withFileBytes(path, (file) => {
    if (file.size === 0) {
      throw new Flaw('empty', 'The file is empty: it has 0 bytes.');
    }
    const kind = kindOfStart(file.at(0, startBytes));
    switch (kind.kind) {
      case 'image':
      case 'recording':
        return kind;
      case 'refused':
        throw kind.isMedia
          ? new Flaw('not_supported', `This is ${kind.name}, which is not read. ${kind.advice}`)
          : new Flaw('not_media', `This is ${kind.name}, not a picture, video or recording.`);
      case 'unknown': {
        const end = kindOfEnd(file);
        if (end !== null) {
          throw new Flaw(
            'cut_off',
            `The start of this ${end} is missing: only its end is here. Send the whole file.`,
          );
        }
        throw new Flaw(
          'not_media',
          'The format of the file is not known. Images may be JPEG, PNG, WebP, GIF, AVIF, HEIC, TIFF or BMP; videos MP4, MOV or WebM; recordings MP3, M4A, AAC, WAV, FLAC or Ogg.',
        );
      }
    }
  });
}

function factsOf(path: string, kind: MediaKind, reading: Reading): Promise<MediaFacts> {
  return kind.kind === 'image'
    ? readImageFacts(path, kind.format, reading)
    : readRecordingFacts(path, kind.format, reading);
}

async function posterOf(
  path: string,
  kind: MediaKind,
  facts: MediaFacts,
  reading: Reading,
): Promise<VideoPoster> {
  if (kind.kind === 'recording') {
    return facts.mediaType === 'video'
      ? videoPoster(path, kind.format, facts, reading)
      : { picture: null, complaints: [] };
  }
  try {
    const header = await readHeader(path, kind.format);
    assertPixels(kind.format, header);
    const request = { work: 'shrink', maxSidePx: posterSidePx, mimeType: posterMimeType } as const;
    const picture = await openPicture(path, kind.format, header, request, reading);
    return picture === null
      ? { picture: null, complaints: ['The image takes more memory to decode than this server allows.'] }
      : { picture: await encodePoster(picture, header.autoOrient), complaints: [] };
  } catch (cause) {
    const error = flawOf(path, kind.format, cause);
    if (error instanceof Flaw && error.flaw === 'too_large') {
      return { picture: null, complaints: [error.message] };
    }
    throw error;
  }
}

async function converted(
  path: string,
  kind: MediaKind,
  target: ImageTarget,
  reading: Reading,
): Promise<ConvertedImage> {
  if (kind.kind === 'image') {
    return convertImage(path, kind.format, target, reading);
  }
  throw new Flaw('not_supported', `This is ${kind.mimeType}; only an image can be converted.`);
}

function pictureReply({ picture, complaints }: VideoPoster): ReadingReply {
  if (picture === null) {
    return { kind: 'no_picture', complaints };
  }
  if (picture.bytes.byteLength > mediaLimits.outputBytes) {
    throw new Flaw('too_large', 'The picture that was made is too large.');
  }
  return { kind: 'picture', picture, complaints };
}

function failure(error: unknown, mimeType: string | null): ReadingReply {
  if (error instanceof Flaw) {
    const detail = error.cause === undefined ? null : detailOf(error.cause);
    return { kind: 'unreadable', flaw: error.flaw, message: error.message, mimeType, detail };
  }
  if (isMachineFault(error)) {
    return { kind: 'failed', message: error.message, code: 'code' in error ? String(error.code) : null };
  }
  // A reader that stumbled: the file is what it did not expect.
  const message = 'The file is damaged and cannot be read. Send another copy.';
  return { kind: 'unreadable', flaw: 'damaged', message, mimeType, detail: detailOf(error) };
}

/** For the log, without the paths of a stack. */
function detailOf(cause: unknown): string {
  return (cause instanceof Error ? `${cause.name}: ${cause.message}` : typeof cause).slice(0, 500);
}
