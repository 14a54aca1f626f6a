import type { Submission } from '@pixsim7/contracts';
import { toTimestamp, toTimestampOrNull } from '../model/index.ts';
import type { CreditEntryRow, ObservationRow, SubmissionRow } from '../model/index.ts';
import { jobErrorOf } from '../rules/outcomes.ts';

/** An attempt as the API shows it, with exactly what was sent. */
export function viewSubmission(
  row: SubmissionRow,
  observations: readonly ObservationRow[],
  credits: readonly CreditEntryRow[],
): Submission {
  return {
    id: row.id,
    object: 'submission',
    job_id: row.jobId,
    number: row.number,
    account_id: row.accountId,
    provider_id: row.providerId,
    state: row.state,
    endpoint: row.endpoint,
    payload: row.payload,
    payload_text: row.body,
    idempotency_token: row.token,
    provider_job_id: row.providerJobId,
    error: row.error === null ? null : jobErrorOf(row.error),
    provider_error:
      row.error === null || (row.error.providerCode === null && row.error.providerMessage === null)
        ? null
        : { code: row.error.providerCode ?? '', message: row.error.providerMessage ?? '' },
    account_choice: row.accountChoice.map((choice) => ({
      account_id: choice.accountId,
      chosen: choice.chosen,
      reason: choice.reason,
    })),
    observations: observations.map((entry) => ({
      at: toTimestamp(entry.at),
      raw_status: entry.rawStatus,
      status: entry.status,
    })),
    credits: credits.map((entry) => ({ kind: entry.kind, amount: entry.amount, at: toTimestamp(entry.at) })),
    created_at: toTimestamp(row.createdAt),
    sent_at: toTimestampOrNull(row.sentAt),
    accepted_at: toTimestampOrNull(row.acceptedAt),
    finished_at: toTimestampOrNull(row.finishedAt),
    stored_at: toTimestampOrNull(row.storedAt),
  };
}
