import type { AccountId, SubmissionId } from '@pixsim7/contracts';
import type { AttemptCharge, CreditEntryRow, CreditExposure, CreditRepository } from '@pixsim7/core';
import { compareText, insertNew } from './rows.ts';
import type { Tables } from './tables.ts';

/** The ledger of one attempt, by kind. */
interface AttemptLedger {
  hold?: CreditEntryRow;
  settle?: CreditEntryRow;
  release?: CreditEntryRow;
}

export function createCreditRepository({ creditEntries, submissions }: Tables): CreditRepository {
  const ledgers = (): Map<SubmissionId, AttemptLedger> => {
    const result = new Map<SubmissionId, AttemptLedger>();
    for (const entry of creditEntries.values()) {
      const ledger = result.get(entry.submissionId) ?? {};
      ledger[entry.kind] = entry;
      result.set(entry.submissionId, ledger);
    }
    return result;
  };

  return {
    async add(entry) {
      insertNew(
        creditEntries,
        'credit_entries_submission_kind',
        `${entry.submissionId} ${entry.kind}`,
        entry,
      );
    },
    async byJobs(ids) {
      const wanted = new Set(ids);
      return creditEntries
        .values()
        .filter(({ jobId }) => wanted.has(jobId))
        .sort((left, right) => left.at - right.at);
    },
    async bySubmission(id) {
      return creditEntries
        .values()
        .filter(({ submissionId }) => submissionId === id)
        .sort((left, right) => left.at - right.at);
    },
    async exposures(settledSince) {
      const result = new Map<AccountId, CreditExposure[]>();
      for (const [submissionId, ledger] of ledgers()) {
        const entry = ledger.settle ?? openHold(ledger);
        const since = entry === undefined ? undefined : settledSince.get(entry.accountId);
        if (entry === undefined || since === undefined) {
          continue;
        }
        const { accountId, amount, at } = entry;
        const settled = entry.kind === 'settle';
        if (settled && at < since) {
          continue;
        }
        const acceptedAt = submissions.get(submissionId)?.acceptedAt ?? null;
        result.set(accountId, [
          ...(result.get(accountId) ?? []),
          { accountId, amount, settled, acceptedAt, at },
        ]);
      }
      return result;
    },
    async charges(accountId, since) {
      const result: AttemptCharge[] = [];
      for (const [submissionId, { hold, settle, release }] of ledgers()) {
        const submission = submissions.get(submissionId);
        if (submission === undefined || submission.accountId !== accountId) {
          continue;
        }
        const ending = settle ?? release ?? null;
        if (submission.sentAt === null || (ending !== null && ending.at < since)) {
          continue;
        }
        result.push({
          held: hold?.amount ?? null,
          sentAt: submission.sentAt,
          acceptedAt: submission.acceptedAt,
          ending:
            ending === null
              ? null
              : {
                  kind: ending.kind === 'settle' ? 'settle' : 'release',
                  amount: ending.amount,
                  at: ending.at,
                },
        });
      }
      return result;
    },
    async totals() {
      const totals = new Map<CreditEntryRow['accountId'], { held: number; settled: number }>();
      for (const ledger of ledgers().values()) {
        const entry = ledger.settle ?? openHold(ledger);
        if (entry === undefined) {
          continue;
        }
        const total = totals.get(entry.accountId) ?? { held: 0, settled: 0 };
        total[entry.kind === 'settle' ? 'settled' : 'held'] += entry.amount ?? 0;
        totals.set(entry.accountId, total);
      }
      return [...totals]
        .map(([accountId, total]) => ({ accountId, ...total }))
        .sort((left, right) => compareText(left.accountId, right.accountId));
    },
    async foldSettlements() {
      // Adding them up again costs a test nothing.
      return 0;
    },
  };
}

function openHold({ hold, settle, release }: AttemptLedger): CreditEntryRow | undefined {
  return settle === undefined && release === undefined ? hold : undefined;
}
