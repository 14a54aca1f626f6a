import type { MediaType } from '@pixsim7/contracts';
import { UnreadableMediaError } from '@pixsim7/core';
import type { MediaFacts, MediaFlaw, MediaReader } from '@pixsim7/core';

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

/** The bytes of a file that cannot be read, or that ends whoever reads it. */
export function fakePoisonBytes(kind: 'damaged' | 'deadly', text: string): Uint8Array {
  return new TextEncoder().encode(`${kind}\n${text}`);
}

const poisonType = 'video/mp4';

/** The facts in a pretended file; null when it is none. */
export function readFakeMedia(bytes: Uint8Array): MediaFacts | null {
  const { word, own } = headOf(bytes);
  const usual = Object.entries(factsByType).find(([mediaType]) => mediaType === word)?.[1];
  return usual === undefined
    ? null
    : { ...usual, ...(own === undefined ? {} : (JSON.parse(own) as Partial<MediaFacts>)) };
}

function headOf(bytes: Uint8Array): { readonly word: string | undefined; readonly own: string | undefined } {
  const [, word, own] = /^(\w+)(?: (\{.*\}))?\n/u.exec(new TextDecoder().decode(bytes)) ?? [];
  return { word, own };
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

/**
 * Reads what `fakeMediaBytes` and `fakePoisonBytes` wrote; everything else is not a media file.
 *
 * @param die what a deadly file does; left out, its reader dies alone, as a child of the real one does
 */
export function createFakeMedia(
  fileAt: (path: string) => Uint8Array | null,
  die: () => Promise<never> = () => Promise.reject(unreadable('not_finished')),
): MediaReader {
  const contentAt = (path: string): Uint8Array => {
    const bytes = fileAt(path);
    if (bytes === null) {
      throw new Error(`There is no file ${path}.`);
    }
    return bytes;
  };
  return {
    async claimedType(path) {
      const bytes = contentAt(path);
      const { word } = headOf(bytes);
      return readFakeMedia(bytes)?.mimeType ?? (word === 'damaged' || word === 'deadly' ? poisonType : null);
    },
    async probe(path) {
      const bytes = contentAt(path);
      const { word } = headOf(bytes);
      if (word === 'damaged') {
        throw unreadable('damaged');
      }
      if (word === 'deadly') {
        return die();
      }
      const facts = readFakeMedia(bytes);
      if (facts === null) {
        throw unreadable('not_media');
      }
      return facts;
    },
    mayHavePoster: ({ mediaType }) => mediaType !== 'audio',
    async poster(path, facts) {
      if (facts.mediaType === 'audio') {
        return null;
      }
      const text = `poster of ${new TextDecoder().decode(contentAt(path))}`;
      return { bytes: fakeMediaBytes('image', text), mimeType: 'image/png' };
    },
    async convertImage(path, { mimeType, maxSidePx = Infinity }) {
      const bytes = contentAt(path);
      const facts = readFakeMedia(bytes);
      if (facts === null) {
        throw unreadable('not_media');
      }
      const [width, height] = [facts.width ?? 1, facts.height ?? 1];
      const scale = Math.min(1, maxSidePx / Math.max(width, height));
      const size = { width: Math.floor(width * scale), height: Math.floor(height * scale) };
      const text = `made from ${new TextDecoder().decode(bytes)}`;
      return { bytes: fakeMediaBytes('image', text, { mimeType, ...size }), mimeType, ...size };
    },
  };
}

function unreadable(flaw: MediaFlaw): UnreadableMediaError {
  const mimeType = flaw === 'not_media' ? null : poisonType;
  return new UnreadableMediaError(`These bytes cannot be read: ${flaw}.`, { flaw, mimeType });
}
