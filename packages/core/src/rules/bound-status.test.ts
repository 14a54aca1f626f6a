import { describe, expect, it } from 'vitest';
import type { VideoStatusResult } from '@pixsim7/providers/contract';
import { boundStatus } from './bound-status.ts';

const usual: VideoStatusResult = {
  status: 'completed',
  rawStatus: 'SUCCEEDED',
  progress: 0.5,
  queuePosition: 3,
  outputs: [{ url: 'https://cdn.example.com/a.mp4?signature=x', mediaType: 'video', expiresAt: null }],
  error: null,
  credits: 12.5,
};

describe('boundStatus', () => {
  it('changes nothing of a usual answer', () => {
    expect(boundStatus(usual)).toEqual(usual);
    const unknown = { ...usual, progress: null, queuePosition: null, credits: null };
    expect(boundStatus(unknown)).toEqual(unknown);
  });

  it.each([-1, Number.NaN, Infinity, -Infinity, 1e300])('takes the figure %d for unknown', (figure) => {
    expect(boundStatus({ ...usual, progress: figure, queuePosition: figure, credits: figure })).toMatchObject(
      {
        progress: null,
        queuePosition: null,
        credits: null,
      },
    );
  });

  it.each([1.5, 2 ** 31])('takes the queue position %d for unknown', (queuePosition) => {
    expect(boundStatus({ ...usual, queuePosition }).queuePosition).toBeNull();
  });

  it('cuts the words of the provider', () => {
    const { rawStatus } = boundStatus({ ...usual, rawStatus: `\0${'x'.repeat(1_000_000)}` });
    expect(rawStatus).toBe(`\ufffd${'x'.repeat(98)}…`);
  });

  it.each(['', 'not a URL', 'https://cdn.example.com/\0.mp4', 'https://cdn.example.com/\ud800'])(
    'leaves out the output %j',
    (url) => {
      const outputs = [{ url, mediaType: 'video', expiresAt: null } as const, ...usual.outputs];
      expect(boundStatus({ ...usual, outputs }).outputs).toEqual(usual.outputs);
    },
  );
});
