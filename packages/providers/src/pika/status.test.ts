import { describe, expect, it } from 'vitest';
import { readOutputs } from './status.ts';

describe('readOutputs', () => {
  it('reads the one video', () => {
    const video = {
      url: 'https://v3b.fal.media/files/b/x/output.mp4',
      content_type: 'video/mp4',
      file_size: 7,
    };
    expect(readOutputs({ video })).toEqual([{ url: video.url, mediaType: 'video', expiresAt: null }]);
    expect(readOutputs({ video: { url: video.url } })).toHaveLength(1);
  });

  it.each([
    {},
    { video: null },
    { video: 'https://x' },
    { video: {} },
    { video: { url: '' } },
    { video: { url: 7 } },
  ])('does not take %j for a video', (output) => {
    expect(readOutputs(output)).toEqual([]);
  });
});
