import { describe, expect, it } from 'vitest';
import { describeVideoStatus, VIDEO_STATUSES } from './video-status.ts';

describe('describeVideoStatus', () => {
  it('ends a job on the four documented final codes and on no other', () => {
    const finished = VIDEO_STATUSES.filter((status) => status.finished).map(({ code, name }) => [code, name]);
    expect(finished).toEqual([
      [1, 'succeeded'],
      [6, 'deleted'],
      [7, 'moderation_failed'],
      [8, 'failed'],
    ]);
  });

  it.each([2, 3, 5, 9, 10, 17])('keeps waiting on %i', (code) => {
    expect(describeVideoStatus(code)).toMatchObject({ code, finished: false });
    expect(describeVideoStatus(code).name).not.toBe('unknown');
  });

  it.each([0, 4, 11, 99, -1, 1.5])('keeps waiting on the unknown code %d', (code) => {
    expect(describeVideoStatus(code)).toEqual({ code, name: 'unknown', finished: false });
  });
});
