import { describe, expect, it } from 'vitest';
import { markVideo } from './mark-video.ts';

describe('markVideo', () => {
  const video = new Uint8Array([1, 2, 3]);

  it('adds one box that says its own length, and leaves the rest as it is', () => {
    const marked = markVideo(video, '42');
    expect([...marked]).toEqual([1, 2, 3, 0, 0, 0, 10, ...new TextEncoder().encode('free42')]);
    expect([...video]).toEqual([1, 2, 3]);
  });

  it('makes different files of different names', () => {
    expect(markVideo(video, '42')).not.toEqual(markVideo(video, '43'));
  });
});
