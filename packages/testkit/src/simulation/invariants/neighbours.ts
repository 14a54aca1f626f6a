import type { SubmissionRow } from '@pixsim7/core';
import type { History } from '../history.ts';

/** With two files to upload, and every call as slow as the simulated line makes it, it takes 5 s. */
const longestSubmitMs = 10_000;
/** The slowest pace of the checks, and the check. */
const longestNoticeMs = 35_000;
const longestStoreMs = 10_000;

/** A provider that hangs costs the jobs of another one nothing: each of their parts is as quick as ever. */
export function neighboursAreNotDelayed(history: History): string[] {
  const { final, hangingProvider, providers } = history;
  if (hangingProvider === null) {
    return [];
  }
  return final.submissions
    .filter(({ providerId }) => providerId !== hangingProvider)
    .flatMap((attempt) => {
      const server = providers.get(attempt.providerId)?.server;
      const generation = server?.generations.get(attempt.providerJobId ?? '');
      return [
        ...late('was accepted', attempt.createdAt, attempt.acceptedAt, longestSubmitMs, attempt),
        ...late(
          'was seen to be done',
          generation?.endsAt ?? null,
          attempt.finishedAt,
          longestNoticeMs,
          attempt,
        ),
        ...late('was stored', attempt.finishedAt, attempt.storedAt, longestStoreMs, attempt),
      ];
    });
}

function late(
  what: string,
  from: number | null,
  to: number | null,
  maxMs: number,
  { id, providerId, state }: SubmissionRow,
): string[] {
  if (from === null || to === null) {
    return [`Submission ${id} of ${providerId} never ${what}; it is ${state}.`];
  }
  return to - from <= maxMs ? [] : [`Submission ${id} of ${providerId} ${what} after ${to - from} ms.`];
}
