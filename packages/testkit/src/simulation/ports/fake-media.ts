import type { MediaType } from '@pixsim7/contracts';
import { UnreadableMediaError, type MediaFacts, type MediaReader } from '@pixsim7/core';

/**
 * The bytes of a pretended media file: a word for its type, what it says about itself besides the usual, and a text that
 * makes it differ from others.
 */
export function fakeMediaBytes(
  mediaType: MediaType,
  text: string,
  facts: Partial<Omit<MediaFacts, 'mediaType'>> = {},
): Uint8Array {
  const own = Object.keys(facts).length === 0 ? '' : ` ${JSON.stringify(facts)}`;
  return new TextEncoder().encode(`${mediaType}${own}\n${text}`);
}

/** What a pretended file says about itself; null when it is none. */
export function readFakeMedia(bytes: Uint8Array): MediaFacts | null {
  const [, word, own] = /^(\w+)(?: (\{.*\}))?\n/u.exec(new TextDecoder().decode(bytes)) ?? [];
  const usual = Object.entries(factsByType).find(([mediaType]) => mediaType === word)?.[1];
  return usual === undefined
    ? null
    : { ...usual, ...(own === undefined ? {} : (JSON.parse(own) as Partial<MediaFacts>)) };
}

const noPicture = { animated: false, imageTraits: [] } as const;

const factsByType: Readonly<Record<MediaType, MediaFacts>> = {
  video: {
    ...noPicture,
    mediaType: 'video',
    mimeType: 'video/mp4',
    width: 960,
    height: 540,
    durationS: 5,
    fps: 24,
    codec: 'avc1',
  },
  image: {
    ...noPicture,
    mediaType: 'image',
    mimeType: 'image/png',
    width: 640,
    height: 360,
    durationS: null,
    fps: null,
    codec: null,
  },
  audio: {
    ...noPicture,
    mediaType: 'audio',
    mimeType: 'audio/mpeg',
    width: null,
    height: null,
    durationS: 5,
    fps: null,
    codec: 'mp3',
  },
};

/** Reads what `fakeMediaBytes` wrote; everything else is not a media file. */
export function createFakeMedia(fileAt: (path: string) => Uint8Array | null): MediaReader {
  const read = (path: string): { bytes: Uint8Array; facts: MediaFacts } => {
    const bytes = fileAt(path);
    if (bytes === null) throw new Error(`There is no file ${path}.`);
    const facts = readFakeMedia(bytes);
    if (facts === null) throw new UnreadableMediaError('These bytes are not a media file.');
    return { bytes, facts };
  };
  return {
    async probe(path) {
      return read(path).facts;
    },
    async poster(path, facts) {
      if (facts.mediaType === 'audio') return null;
      const { bytes } = read(path);
      return {
        bytes: fakeMediaBytes('image', `poster of ${new TextDecoder().decode(bytes)}`),
        mimeType: 'image/png',
      };
    },
    async convertImage(path, { mimeType, maxSidePx = Infinity }) {
      const { bytes, facts } = read(path);
      const [width, height] = [facts.width ?? 1, facts.height ?? 1];
      const scale = Math.min(1, maxSidePx / Math.max(width, height));
      const size = { width: Math.floor(width * scale), height: Math.floor(height * scale) };
      const text = `made from ${new TextDecoder().decode(bytes)}`;
      return { bytes: fakeMediaBytes('image', text, { mimeType, ...size }), mimeType, ...size };
    },
  };
}
