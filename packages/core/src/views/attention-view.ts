import { attentionActions } from '@pixsim7/contracts';
import type { Attention } from '@pixsim7/contracts';
import { toTimestamp } from '../model/index.ts';
import type { JobRow } from '../model/index.ts';

/** Why a person has to decide about a job; null when nobody has to. */
export function viewAttention(job: JobRow): Attention | null {
  if (job.stage !== 'needs_attention') {
    return null;
  }
  const { attention } = job;
  return {
    reason: attention?.reason ?? 'outcome_unknown',
    // Jobs of earlier versions did not note when it began.
    since: toTimestamp(attention?.since ?? job.startedAt ?? job.createdAt),
    evidence: attention?.evidence ?? 'The request was sent and no answer was seen.',
    actions: [...attentionActions],
  };
}
