import type { MediaType, VideoStatus } from '@pixsim7/contracts';
import type { Image, Video } from '@pixsim7/pixverse';
import type { OutputFacts, VideoStatusResult } from '../contract/adapter.ts';
import { errorFrom, translationsFor } from '../contract/error-translation.ts';
import type { ProviderCallError } from '../contract/errors.ts';

const shared = translationsFor('PixVerse');

/**
 * Status codes that say how a video stands. 1, 5, 6, 7 and 8 are documented; 2 and 3 are in the vendor's own client, 9 and
 * 10 are reported from its web application. A code outside this list is recorded raw and ends nothing.
 */
const statusByCode: Readonly<Record<number, VideoStatus>> = {
  1: 'completed',
  2: 'pending',
  3: 'processing',
  5: 'processing',
  6: 'failed',
  7: 'filtered',
  8: 'failed',
  9: 'pending',
  10: 'processing',
};

/** Reads one answer of the result endpoint. */
export function readVideoStatus(video: Video): VideoStatusResult {
  return readResult(video, 'video');
}

/** Reads one answer of the endpoint for pictures. Its codes are not documented; an integrator reads those of videos. */
export function readImageStatus(image: Image): VideoStatusResult {
  return readResult(image, 'image');
}

type Result = Pick<Video, 'status' | 'url' | 'size' | 'outputWidth' | 'outputHeight' | 'credits'>;

function readResult(video: Result, mediaType: MediaType): VideoStatusResult {
  const status = statusByCode[video.status] ?? null;
  const result = {
    status,
    rawStatus: String(video.status),
    progress: null,
    queuePosition: null,
    outputs: [],
    error: errorOf(video.status),
    credits: video.credits ?? null,
  } satisfies VideoStatusResult;
  switch (status) {
    case 'completed':
      // The link can come later than the status: without it the video is not there yet.
      return video.url === undefined || video.url === ''
        ? { ...result, status: 'processing', rawStatus: `${video.status}:no-url` }
        : {
            ...result,
            outputs: [{ url: video.url, mediaType, expiresAt: null, facts: factsOf(video) }],
          };
    case 'filtered':
      // PixVerse gives the credits of a moderated video back, so the amount in the answer is no cost.
      return { ...result, credits: 0 };
    case 'failed':
      // A refund is documented for moderated videos only: the figure may or may not have been given back.
      return { ...result, credits: null };
    case 'pending':
    case 'processing':
    case 'cancelled':
    case null:
      return result;
  }
}

/** PixVerse documents no thumbnail. Figures of 0 are of videos that it does not have yet. */
function factsOf({ outputHeight, outputWidth, size }: Result): OutputFacts {
  return {
    ...(size === undefined || size <= 0 ? {} : { bytes: size }),
    ...(outputWidth === undefined || outputWidth <= 0 ? {} : { width: outputWidth }),
    ...(outputHeight === undefined || outputHeight <= 0 ? {} : { height: outputHeight }),
  };
}

function errorOf(code: number): ProviderCallError | null {
  const providerCode = `status ${code}`;
  switch (code) {
    case 6:
      return errorFrom(
        { ...shared.jobNotFound, message: 'The video was deleted at PixVerse.' },
        { charged: 'unknown', providerCode },
      );
    case 7: {
      const message = `${shared.outputModerated.message} The credits were given back.`;
      return errorFrom({ ...shared.outputModerated, message }, { charged: 'no', providerCode });
    }
    case 8:
      // A refund is documented for moderated videos only.
      return errorFrom(shared.failed, { charged: 'unknown', providerCode });
    default:
      return null;
  }
}
