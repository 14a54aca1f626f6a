import type { GenerationState } from '../control/controlled-provider.ts';
import type { Generation } from './store.ts';

/** PixVerse API reference, video generation status. */
export const statusCodes = { succeeded: 1, generating: 5, deleted: 6, moderated: 7, failed: 8 } as const;
export type StatusCode = (typeof statusCodes)[keyof typeof statusCodes];

/** A generation older than this no longer counts against the concurrency limit (PixVerse, common errors). */
export const slotMilliseconds = 10 * 60 * 1000;

/**
 * The true state at a moment. It follows from the facts alone, so nothing has to happen at the moment it changes. A success needs its
 * file besides its time.
 */
export function statusAt(generation: Generation, now: number, isRendered: boolean): StatusCode {
  if (generation.endsAt === null || now < generation.endsAt) {
    return statusCodes.generating;
  }
  switch (generation.outcome) {
    case 'moderated':
      return statusCodes.moderated;
    case 'failed':
      return statusCodes.failed;
    case 'deleted':
      return statusCodes.deleted;
    case 'stuck':
      return statusCodes.generating;
    case 'success':
      return isRendered ? statusCodes.succeeded : statusCodes.generating;
  }
}

export function holdsSlotAt(generation: Generation, now: number, isRendered: boolean): boolean {
  return (
    statusAt(generation, now, isRendered) === statusCodes.generating &&
    now - generation.createdAt < slotMilliseconds
  );
}

/** Charged at submit; given back when moderation or an error ended it, at that moment. */
export function isChargedAt(generation: Generation, now: number): boolean {
  return !isRefundedAt(generation, now);
}

export function isRefundedAt({ outcome, endsAt }: Generation, now: number): boolean {
  return (outcome === 'moderated' || outcome === 'failed') && endsAt !== null && now >= endsAt;
}

/** The control API has no word for a deleted video: it ended without a result, so it counts as failed. */
export function controlStateOf(status: StatusCode): GenerationState['state'] {
  switch (status) {
    case statusCodes.generating:
      return 'running';
    case statusCodes.succeeded:
      return 'succeeded';
    case statusCodes.moderated:
      return 'filtered';
    case statusCodes.failed:
    case statusCodes.deleted:
      return 'failed';
  }
}
