import { createBulkheads } from '@pixsim7/core';
import type { BlobStore } from '@pixsim7/core';
import { writtenThrough } from '../memory-database/index.ts';
import {
  giveUpOnRefusedFile,
  giveUpWhatIsStored,
  goOnUnanswered,
  onSubmissions,
  repositoriesOf,
  unconverted,
  withAdapters,
  withCurrentVersions,
} from './sabotage-parts.ts';
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
    rule: 'an unanswered submit of a routed job goes on to the next candidate',
    noticedBy: 'paid_once',
    sabotage: { transaction: goOnUnanswered },
  },
  {
    rule: 'a routed job keeps the inputs of another provider',
    noticedBy: 'route_is_told',
    sabotage: {
      transaction: (transaction) => ({
        ...repositoriesOf(transaction),
        jobs: { ...transaction.jobs, replaceInputs: () => Promise.resolve() },
      }),
    },
  },
  {
    rule: 'a refused file ends the job although another provider might take it',
    noticedBy: 'moves_on_after_refused_file',
    sabotage: {
      ports: (ports) => ({ ...ports, registry: withAdapters(ports.registry, giveUpOnRefusedFile) }),
    },
  },
  {
    rule: 'a picture is sent in its own format, whatever the provider takes',
    noticedBy: 'files_fit',
    sabotage: {
      ports: (ports) => ({
        ...ports,
        media: { ...ports.media, convertImage: () => Promise.resolve(unconverted) },
      }),
    },
  },
  {
    rule: 'a poster whose maker died is not found again',
    noticedBy: 'videos_have_their_poster',
    sabotage: {
      transaction: (transaction) => ({
        ...repositoriesOf(transaction),
        assets: { ...transaction.assets, duePosters: () => Promise.resolve([]) },
      }),
    },
  },
  {
    rule: 'used slots are not counted',
    noticedBy: 'slots_within_limit',
    sabotage: onSubmissions(() => ({ countLive: () => Promise.resolve(new Map()) })),
  },
  {
    rule: 'the trial of a half-open account is not written down',
    noticedBy: 'broken_accounts_are_spared',
    sabotage: {
      transaction: (transaction) => ({
        ...repositoriesOf(transaction),
        accounts: {
          ...transaction.accounts,
          update: (account, changes) =>
            transaction.accounts.update(
              account,
              changes.breaker === undefined
                ? changes
                : { ...changes, breaker: { ...changes.breaker, trialId: null } },
            ),
        },
      }),
    },
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
    rule: 'a look into a file is not counted before it begins',
    noticedBy: 'poison_is_quarantined',
    sabotage: onSubmissions(() => ({ recordLooks: () => Promise.resolve(true) })),
  },
  {
    rule: 'a file that cannot be read is thrown away',
    noticedBy: 'no_paid_video_is_lost',
    sabotage: {
      transaction: (transaction) => ({
        ...repositoriesOf(transaction),
        assets: {
          ...transaction.assets,
          insert: (asset, blobs) =>
            asset.state === 'unprobed' ? Promise.resolve() : transaction.assets.insert(asset, blobs),
        },
      }),
    },
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
    rule: 'a video for which there is no room is given up',
    noticedBy: 'no_paid_video_is_lost',
    sabotage: {
      ports: (ports) => ({
        ...ports,
        database: {
          ...ports.database,
          transaction: (work) =>
            ports.database.transaction(async (transaction) => {
              const { freeBytes } = await ports.diskRoom.read();
              return work(freeBytes > 0 ? transaction : writtenThrough(giveUpWhatIsStored(transaction)));
            }),
        },
      }),
    },
  },
  {
    rule: 'new work is taken from the reserve of the disk',
    noticedBy: 'reserve_is_for_accepted_work',
    sabotage: {
      ports: (ports) => ({ ...ports, diskRoom: { ...ports.diskRoom, reserveBytes: 0 } }),
    },
  },
  {
    rule: 'an account may hold every place of a step',
    noticedBy: 'neighbours_are_not_delayed',
    sabotage: {
      ports: (ports) => {
        const all = { account: 1_000, host: 1_000, provider: 1_000, total: 1_000 };
        const shares = { submit: all, check: all, ingest: all, balance: all, import: all, webhook: all };
        const { logger, system } = ports;
        return { ...ports, bulkheads: createBulkheads({ system, logger, shares }) };
      },
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
  {
    rule: 'due times are measured by the clock of the machine',
    noticedBy: 'nothing_freezes',
    sabotage: {
      ports: (ports) => ({
        ...ports,
        system: {
          ...ports.system,
          now: () => ports.system.wallTime(),
          keepTime: () => undefined,
          hasJumped: () => false,
        },
      }),
    },
  },
  {
    rule: 'time in which nobody looked counts against the deadline',
    noticedBy: 'deadline_needs_evidence',
    sabotage: onSubmissions((submissions) => ({
      update: (submission, changes) =>
        submissions.update(
          submission,
          changes.lastRawStatus === undefined ? changes : { ...changes, watchedMs: 1e9, evidenceLooks: 2 },
        ),
    })),
  },
  {
    // It loses paid videos too, but only where one comes late enough: in one history of 300. Its open hold is seen in one of 30.
    rule: 'an attempt past its deadline is not followed any more',
    noticedBy: 'ledger_is_right',
    sabotage: onSubmissions((submissions) => ({
      update: (submission, changes) =>
        submissions.update(
          submission,
          changes.state === 'timed_out' ? { ...changes, state: 'gone', dueAt: null } : changes,
        ),
    })),
  },
  {
    rule: 'a unit that lost its race is written with the others',
    noticedBy: 'terminal_never_changes',
    sabotage: {
      rows: (transaction) => ({
        ...transaction.rows,
        writeMany: async (units) => {
          for (const unit of units) {
            await transaction.rows.write(await withCurrentVersions(transaction, unit));
          }
          return new Set();
        },
      }),
    },
  },
  {
    rule: 'of units that are committed together only the first is written',
    noticedBy: 'paid_once',
    sabotage: {
      rows: ({ rows }) => ({ ...rows, writeMany: (units) => rows.writeMany(units.slice(0, 1)) }),
    },
  },
  {
    rule: 'every click on "retry" makes a job',
    noticedBy: 'one_live_retry',
    sabotage: {
      transaction: (transaction) => ({
        ...repositoriesOf(transaction),
        jobs: {
          ...transaction.jobs,
          insert: (job, inputs) =>
            transaction.jobs.insert(
              job.idempotencyKey?.startsWith('retry ') === true
                ? { ...job, idempotencyKey: `${job.idempotencyKey} ${job.id}` }
                : job,
              inputs,
            ),
        },
      }),
    },
  },
];
