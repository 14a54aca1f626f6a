import { z } from 'zod';
import { errorFrom, translationsFor } from '@pixsim7/providers/contract';
import type { VideoStatusResult } from '@pixsim7/providers/contract';

export const videoSchema = z.looseObject({
  id: z.string().min(1),
  state: z.string(),
  /** The cost, and 0 as soon as it is refunded. */
  matches: z.number(),
  url: z.string().optional(),
  /** Of a failed video: `unsafe`, or a word of Lantern's own. */
  reason: z.string().optional(),
});
export type LanternVideo = z.infer<typeof videoSchema>;

/** Reads one answer about a video. A state that is not in the reference is recorded raw and ends nothing. */
export function readVideo(video: LanternVideo): VideoStatusResult {
  const result = {
    rawStatus: video.state,
    progress: null,
    queuePosition: null,
    outputs: [],
    error: null,
    credits: null,
  } satisfies Omit<VideoStatusResult, 'status'>;
  switch (video.state) {
    case 'drawing':
      return { ...result, status: 'processing' };
    case 'done': {
      const { url = '', matches: credits } = video;
      if (url === '') {
        return { ...result, status: 'processing', rawStatus: 'done:no-url' };
      }
      const output = { url, mediaType: 'video', expiresAt: null } as const;
      return { ...result, status: 'completed', outputs: [output], credits };
    }
    case 'failed':
      return { ...result, ...failureOf(video), credits: video.matches };
    case 'stopped':
      return { ...result, status: 'cancelled', credits: video.matches };
    default:
      return { ...result, status: null };
  }
}

function failureOf({ matches, reason }: LanternVideo): Pick<VideoStatusResult, 'status' | 'error'> {
  const { outputModerated, failed } = translationsFor('Lantern');
  const charged = matches > 0 ? 'yes' : 'no';
  const facts = { charged, providerCode: reason ?? 'no reason' } as const;
  return reason === 'unsafe'
    ? { status: 'filtered', error: errorFrom(outputModerated, facts) }
    : { status: 'failed', error: errorFrom(failed, facts) };
}
