import { describe, expect, it } from 'vitest';
import { createRecentVideos } from './recent-videos.ts';

describe('createRecentVideos', () => {
  it('gives back what it was given, and nothing else', () => {
    const videos = createRecentVideos(10);
    const bytes = new Uint8Array([1, 2]);
    videos.add('a', bytes);
    expect(videos.get('a')).toBe(bytes);
    expect(videos.get('b')).toBeNull();
  });

  it('lets go of what was not wanted for the longest time', () => {
    const videos = createRecentVideos(10);
    videos.add('a', new Uint8Array(4));
    videos.add('b', new Uint8Array(4));
    videos.get('a');
    videos.add('c', new Uint8Array(4));
    expect(['a', 'b', 'c'].map((key) => videos.get(key) !== null)).toEqual([true, false, true]);
  });

  it('counts a video that is added again once', () => {
    const videos = createRecentVideos(10);
    for (let index = 0; index < 5; index += 1) {
      videos.add('a', new Uint8Array(4));
    }
    videos.add('b', new Uint8Array(6));
    expect(videos.get('a')).not.toBeNull();
    expect(videos.get('b')).not.toBeNull();
  });

  it('keeps nothing that is larger than all it may keep', () => {
    const videos = createRecentVideos(10);
    videos.add('a', new Uint8Array(11));
    expect(videos.get('a')).toBeNull();
  });
});
