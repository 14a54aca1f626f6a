import type { MediaType } from '@pixsim7/contracts';
import { UnreadableMediaError, type MediaFacts, type MediaFlaw, type MediaReader } from '@pixsim7/core';

/** The bytes of a pretended media file: a word for its type and a text that makes it differ from others. */
export function fakeMediaBytes(mediaType: MediaType, text: string): Uint8Array {
  return new TextEncoder().encode(`${mediaType}\n${text}`);
}

/** The bytes of a file that cannot be read, or that ends whoever reads it. */
export function fakePoisonBytes(kind: 'damaged' | 'deadly', text: string): Uint8Array {
  return new TextEncoder().encode(`${kind}\n${text}`);
}

const poisonType = 'video/mp4';

const factsByType: Readonly<Record<MediaType, MediaFacts>> = {
  video: {
    mediaType: 'video',
    mimeType: 'video/mp4',
    width: 960,
    height: 540,
    durationS: 5,
    fps: 24,
    codec: 'avc1',
    animated: false,
  },
  image: {
    mediaType: 'image',
    mimeType: 'image/png',
    width: 640,
    height: 360,
    durationS: null,
    fps: null,
    codec: null,
    animated: false,
  },
  audio: {
    mediaType: 'audio',
    mimeType: 'audio/mpeg',
    width: null,
    height: null,
    durationS: 5,
    fps: null,
    codec: 'mp3',
    animated: false,
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
  const picture = (path: string, text: string): { bytes: Uint8Array; mimeType: string } => {
    const bytes = fileAt(path);
    if (bytes === null) throw new Error(`There is no file ${path}.`);
    return {
      bytes: fakeMediaBytes('image', `${text} of ${new TextDecoder().decode(bytes)}`),
      mimeType: 'image/png',
    };
  };
  return {
    async claimedType(path) {
      const [word] = new TextDecoder().decode(fileAt(path) ?? new Uint8Array()).split('\n');
      const known = Object.entries(factsByType).find(([mediaType]) => mediaType === word)?.[1];
      return known?.mimeType ?? (word === 'damaged' || word === 'deadly' ? poisonType : null);
    },
    async probe(path) {
      const bytes = fileAt(path);
      if (bytes === null) throw new Error(`There is no file ${path}.`);
      const [word] = new TextDecoder().decode(bytes).split('\n');
      if (word === 'damaged') throw unreadable('damaged');
      if (word === 'deadly') return die();
      const facts = Object.entries(factsByType).find(([mediaType]) => mediaType === word)?.[1];
      if (facts === undefined) throw unreadable('not_media');
      return facts;
    },
    async poster(path, facts) {
      return facts.mediaType === 'audio' ? null : picture(path, 'poster');
    },
    async convertImage(path, target) {
      return { ...picture(path, 'conversion'), mimeType: target.mimeType, width: 640, height: 360 };
    },
  };
}

function unreadable(flaw: MediaFlaw): UnreadableMediaError {
  const mimeType = flaw === 'not_media' ? null : poisonType;
  return new UnreadableMediaError(`These bytes cannot be read: ${flaw}.`, { flaw, mimeType });
}
