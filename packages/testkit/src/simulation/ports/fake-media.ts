import type { MediaType } from '@pixsim7/contracts';
import { UnreadableMediaError, type MediaFacts, type MediaReader } from '@pixsim7/core';

/** The bytes of a pretended media file: a word for its type and a text that makes it differ from others. */
export function fakeMediaBytes(mediaType: MediaType, text: string): Uint8Array {
  return new TextEncoder().encode(`${mediaType}\n${text}`);
}

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

/** Reads what `fakeMediaBytes` wrote; everything else is not a media file. */
export function createFakeMedia(fileAt: (path: string) => Uint8Array | null): MediaReader {
  return {
    async probe(path) {
      const bytes = fileAt(path);
      if (bytes === null) throw new Error(`There is no file ${path}.`);
      const [word] = new TextDecoder().decode(bytes).split('\n');
      const facts = Object.entries(factsByType).find(([mediaType]) => mediaType === word)?.[1];
      if (facts === undefined) throw new UnreadableMediaError('These bytes are not a media file.', { flaw: 'not_media' });
      return facts;
    },
    async poster(path, facts) {
      if (facts.mediaType === 'audio') return null;
      const bytes = fileAt(path);
      if (bytes === null) throw new Error(`There is no file ${path}.`);
      return {
        bytes: fakeMediaBytes('image', `poster of ${new TextDecoder().decode(bytes)}`),
        mimeType: 'image/png',
      };
    },
  };
}
