import { describe, expect, it } from 'vitest';
import { frameOf } from './frame.ts';
import type { StoredMedia } from './store.ts';

const portrait: StoredMedia = { file: 'a.png', mediaType: 'image', width: 601, height: 1200, seconds: 0 };

describe('frameOf', () => {
  it.each([
    [{ ratio: '1470:630' }, null, [1470, 630]],
    [{ ratio: '1280:720' }, portrait, [1280, 720]],
    [{ ratio: '9:16', resolution: '768p' }, null, [768, 1366]],
    [{ ratio: '21:9', resolution: '2k' }, null, [3360, 1440]],
    [{ resolution: '480p' }, null, [854, 480]],
    [{ resolution: '480p' }, portrait, [480, 958]],
    [{ ratio: 'auto_1080p' }, portrait, [1080, 2156]],
    [{ ratio: 'adaptive', resolution: '768p' }, portrait, [768, 1534]],
    [{}, portrait, [602, 1200]],
    [{}, null, [1280, 720]],
  ])('%j like %j', (body, like, [width, height]) => {
    expect(frameOf(body, like)).toEqual({ width, height });
  });
});
