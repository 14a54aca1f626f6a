import { describe, expect, it } from 'vitest';
import type { Video } from '@pixsim7/pixverse';
import { readVideoStatus } from './status.ts';

const video = (status: number, facts: Partial<Video> = {}): Video => ({ id: '1', status, ...facts });

describe('readVideoStatus', () => {
  it.each([
    [2, 'pending'],
    [3, 'processing'],
    [5, 'processing'],
    [9, 'pending'],
    [10, 'processing'],
  ])('%i is %s', (code, status) => {
    expect(readVideoStatus(video(code))).toEqual({
      status,
      rawStatus: String(code),
      progress: null,
      queuePosition: null,
      outputs: [],
      error: null,
      credits: null,
    });
  });

  it('1 is completed, with the link', () => {
    expect(readVideoStatus(video(1, { url: 'https://media.example/1.mp4', credits: 45 }))).toMatchObject({
      status: 'completed',
      rawStatus: '1',
      outputs: [{ url: 'https://media.example/1.mp4', mediaType: 'video', expiresAt: null }],
      credits: 45,
      error: null,
    });
  });

  it.each([[undefined], ['']])('1 with the link %j is not there yet', (url) => {
    expect(readVideoStatus(video(1, url === undefined ? {} : { url }))).toMatchObject({
      status: 'processing',
      rawStatus: '1:no-url',
      outputs: [],
      error: null,
    });
  });

  it('does not hand out the link of a video that is not finished', () => {
    expect(readVideoStatus(video(10, { url: 'https://cdn.example/early.mp4' })).outputs).toEqual([]);
  });

  it('6 is a video that is gone, at an unknown cost', () => {
    const { status, error } = readVideoStatus(video(6));
    expect(status).toBe('failed');
    expect(error).toMatchObject({
      class: 'JobNotFoundError',
      code: 'provider_job_not_found',
      charged: 'unknown',
      retry: 'never',
      providerCode: 'status 6',
    });
  });

  it('7 is a moderated video, whose credits come back', () => {
    const { status, error, credits } = readVideoStatus(video(7, { credits: 45 }));
    expect(status).toBe('filtered');
    expect(credits).toBe(0);
    expect(error).toMatchObject({ class: 'ContentFilteredError', code: 'output_moderated', charged: 'no' });
  });

  it('8 is a failure, at an unknown cost', () => {
    const { status, error, credits } = readVideoStatus(video(8));
    expect(status).toBe('failed');
    expect(credits).toBeNull();
    expect(error).toMatchObject({ class: 'ProviderError', code: 'provider_failed', charged: 'unknown' });
  });

  it.each([0, 4, 17, 42, -1])('%i is not known and ends nothing', (code) => {
    expect(readVideoStatus(video(code))).toMatchObject({
      status: null,
      rawStatus: String(code),
      outputs: [],
      error: null,
    });
  });
});
