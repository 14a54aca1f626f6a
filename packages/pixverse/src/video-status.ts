/**
 * Status codes of `videos.retrieve`. The platform reference documents 1, 5, 6, 7 and 8. The vendor's own client also maps
 * 2 and 3; 9, 10 and 17 are reported from the web backend, and only there, so none of them ends a job here.
 */
export const VIDEO_STATUSES = [
  { code: 1, name: 'succeeded', finished: true },
  { code: 2, name: 'pending', finished: false },
  { code: 3, name: 'in_progress', finished: false },
  { code: 5, name: 'generating', finished: false },
  { code: 6, name: 'deleted', finished: true },
  { code: 7, name: 'moderation_failed', finished: true },
  { code: 8, name: 'failed', finished: true },
  { code: 9, name: 'queued', finished: false },
  { code: 10, name: 'processing', finished: false },
  { code: 17, name: 'filtered_on_web', finished: false },
] as const;

/** The name of a status code. */
export type VideoStatusName = (typeof VIDEO_STATUSES)[number]['name'] | 'unknown';

/** A status code with its meaning. */
export interface VideoStatus {
  readonly code: number;
  readonly name: VideoStatusName;
  /** `true` when no later status can follow. */
  readonly finished: boolean;
}

/** Looks a status up. A code that is not listed is `unknown` and not finished: it is no reason to submit again. */
export function describeVideoStatus(code: number): VideoStatus {
  return VIDEO_STATUSES.find((status) => status.code === code) ?? { code, name: 'unknown', finished: false };
}
