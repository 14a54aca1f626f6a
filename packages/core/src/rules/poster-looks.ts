import type { PosterState } from '@pixsim7/contracts';
import type { AssetRow, Instant } from '../model/index.ts';
import { leaseMs } from './pacing.ts';

const longestPauseMs = 60 * 60_000;

/** Whether a poster is there, or comes. A look that ended badly is the only reason for a look to be counted. */
export function posterStateOf({
  posterHash,
  posterDueAt,
  posterLooks,
}: Pick<AssetRow, 'posterHash' | 'posterDueAt' | 'posterLooks'>): PosterState {
  if (posterHash !== null) {
    return 'made';
  }
  if (posterDueAt !== null) {
    return 'pending';
  }
  return posterLooks > 0 ? 'failed' : 'none';
}

/** Pause after trouble that is not the file's: as long as the asset has waited already, so each is twice the one before. */
export function posterPauseMs({ createdAt }: Pick<AssetRow, 'createdAt'>, now: Instant): number {
  return Math.min(longestPauseMs, Math.max(leaseMs, now - createdAt));
}
