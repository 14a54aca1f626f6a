import type { BlobStore, Transaction } from '@pixsim7/core';
import type { Sabotage } from './world.ts';

/** A rule of the house broken on purpose, and the invariant that has to notice. */
export interface KnownSabotage {
  readonly rule: string;
  readonly sabotage: Sabotage;
  readonly noticedBy: string;
}

/** Each of these is a mistake that somebody could make in an afternoon. */
export const knownSabotages: readonly KnownSabotage[] = [
  {
    rule: 'an unanswered submit is sent again with a new token',
    noticedBy: 'paid_once',
    sabotage: onSubmissions((submissions) => ({
      update: (submission, changes) =>
        submissions.update(
          submission,
          changes.state === 'unknown' ? { ...changes, token: `${submission.token}+`, sentAt: null } : changes,
        ),
    })),
  },
  {
    rule: 'used slots are not counted',
    noticedBy: 'slots_within_limit',
    sabotage: onSubmissions(() => ({ countLive: () => Promise.resolve(new Map()) })),
  },
  {
    rule: 'nobody offers overdue submissions again',
    noticedBy: 'every_job_ends',
    sabotage: onSubmissions(() => ({ due: () => Promise.resolve([]) })),
  },
  {
    rule: 'the id of an accepted generation is not stored',
    noticedBy: 'no_paid_video_is_lost',
    sabotage: onSubmissions((submissions) => ({
      update: (submission, changes) =>
        submissions.update(
          submission,
          changes.state === 'accepted' ? { ...changes, state: 'failed', dueAt: null } : changes,
        ),
    })),
  },
  {
    rule: 'a released hold is not written down',
    noticedBy: 'ledger_is_right',
    sabotage: {
      transaction: (transaction) => ({
        ...repositoriesOf(transaction),
        credits: {
          ...transaction.credits,
          add: (entry) => (entry.kind === 'release' ? Promise.resolve() : transaction.credits.add(entry)),
        },
      }),
    },
  },
  {
    rule: 'a change of a job is not announced',
    noticedBy: 'every_change_has_an_event',
    sabotage: {
      transaction: (transaction) => ({
        ...repositoriesOf(transaction),
        events: {
          ...transaction.events,
          append: (event) =>
            event.type === 'job.updated' ? Promise.resolve() : transaction.events.append(event),
        },
      }),
    },
  },
  {
    rule: 'lineage is not written',
    noticedBy: 'lineage_is_projection',
    sabotage: {
      transaction: (transaction) => ({
        ...repositoriesOf(transaction),
        lineage: { ...transaction.lineage, insert: () => Promise.resolve() },
      }),
    },
  },
  {
    rule: 'a job is completed before its bytes are kept',
    noticedBy: 'completed_has_its_video',
    sabotage: {
      ports: (ports) => ({
        ...ports,
        blobs: { ...ports.blobs, keep: () => Promise.resolve() } satisfies BlobStore,
      }),
    },
  },
  {
    rule: 'a provider is called inside a transaction',
    noticedBy: 'no_waiting_in_transactions',
    sabotage: {
      ports: (ports) => ({
        ...ports,
        database: {
          ...ports.database,
          transaction: (work) =>
            ports.database.transaction(async (transaction) => {
              const result = await work(transaction);
              const [adapter] = ports.registry.list();
              await adapter
                ?.balance?.({ accountId: '', credentials: { api_key: '' }, baseUrl: null })
                .catch(() => undefined);
              return result;
            }),
        },
      }),
    },
  },
];

function onSubmissions(
  change: (submissions: Transaction['submissions']) => Partial<Transaction['submissions']>,
): Sabotage {
  return {
    transaction: (transaction) => ({
      ...repositoriesOf(transaction),
      submissions: { ...transaction.submissions, ...change(transaction.submissions) },
    }),
  };
}

function repositoriesOf(transaction: Transaction): Transaction {
  return { ...transaction };
}
