import type { LikeDurations } from '../read/durations.ts';
import type { Attempt } from './record-submit.ts';

/** An attempt that the provider has, with what is known of how long such attempts take. */
export interface RunningAttempt extends Attempt, LikeDurations {}
