import { cutText } from '@pixsim7/contracts';
import type { VideoStatusResult } from '@pixsim7/providers/contract';

/** Stored with each observation. The longest documented status has 20 characters. */
const maxRawStatusLength = 100;
/** Of the database column. */
const maxQueuePosition = 2 ** 31 - 1;

/**
 * Makes the answer of a provider storable. An impossible value would fail every write, and a paid job would be checked again for
 * ever. Impossible figures become unknown, and an output without a valid URL is left out. The caller does not treat a success
 * without outputs as a success.
 */
export function boundStatus(result: VideoStatusResult): VideoStatusResult {
  return {
    ...result,
    rawStatus: cutText(result.rawStatus, maxRawStatusLength),
    progress: within(result.progress, 1),
    queuePosition: Number.isInteger(result.queuePosition)
      ? within(result.queuePosition, maxQueuePosition)
      : null,
    credits: within(result.credits, Number.MAX_SAFE_INTEGER),
    outputs: result.outputs.filter(({ url }) => URL.canParse(url) && cutText(url, Infinity) === url),
  };
}

function within(value: number | null, max: number): number | null {
  return value !== null && value >= 0 && value <= max ? value : null;
}
