import {
  changeCandidate,
  createBulkheads,
  lanesOf,
  type BlobStore,
  type JobRow,
  type Transaction,
} from '@pixsim7/core';
import { InvalidRequestError, ProviderRegistry, type ProviderAdapter } from '@pixsim7/providers/contract';
import { fakeMediaBytes } from './ports/fake-media.ts';
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
        system: { ...ports.system, now: () => ports.system.wallTime(), keepTime: () => undefined },
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
    rule: 'an attempt past its deadline is not followed any more',
    noticedBy: 'no_paid_video_is_lost',
    sabotage: onSubmissions((submissions) => ({
      update: (submission, changes) =>
        submissions.update(
          submission,
          changes.state === 'timed_out' ? { ...changes, state: 'gone', dueAt: null } : changes,
        ),
    })),
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

const unconverted = {
  bytes: fakeMediaBytes('image', 'as it was', { mimeType: 'image/heic' }),
  mimeType: 'image/heic',
  width: 640,
  height: 360,
};

function withAdapters(
  registry: ProviderRegistry,
  change: (adapter: ProviderAdapter) => ProviderAdapter,
): ProviderRegistry {
  const changed = new ProviderRegistry();
  for (const adapter of registry.list()) changed.register(change(adapter));
  return changed;
}

/** Takes the refusal of a file for a fault of the job. */
function giveUpOnRefusedFile(adapter: ProviderAdapter): ProviderAdapter {
  const never = (error: unknown): unknown =>
    error instanceof InvalidRequestError && error.code === 'input_rejected'
      ? new InvalidRequestError({
          code: error.code,
          message: error.message,
          retry: 'never',
          accountEffect: 'none',
          charged: 'no',
        })
      : error;
  return {
    ...adapter,
    async resolveInput(account, slot, file, options) {
      try {
        return await adapter.resolveInput(account, slot, file, options);
      } catch (error) {
        throw never(error);
      }
    },
    async execute(operation, account, request, token, options) {
      const result = await adapter.execute(operation, account, request, token, options);
      return result.outcome === 'rejected'
        ? { ...result, error: never(result.error) as typeof result.error }
        : result;
    },
  };
}

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

/** Takes silence for a refusal, with everything that belongs to one: the end of the attempt, its money, the next lane. */
function goOnUnanswered(transaction: Transaction): Transaction {
  const { credits, jobs, submissions } = transaction;
  return {
    ...repositoriesOf(transaction),
    submissions: {
      ...submissions,
      async update(submission, changes) {
        const job = await jobs.get(submission.jobId);
        if (changes.state !== 'unknown' || job === null || withoutProvider(job) === null) {
          return submissions.update(submission, changes);
        }
        const { accountId, jobId, id: submissionId, createdAt: at } = submission;
        await credits.add({ accountId, jobId, submissionId, kind: 'release', amount: 0, at });
        return submissions.update(submission, { ...changes, state: 'rejected', dueAt: null, finishedAt: at });
      },
    },
    jobs: {
      ...jobs,
      async update(job, changes) {
        const elsewhere = withoutProvider(job);
        const last = (await submissions.listByJobs([job.id])).at(-1);
        if (changes.stage !== 'confirming' || last?.state !== 'rejected' || elsewhere === null) {
          return jobs.update(job, changes);
        }
        return jobs.update(job, {
          status: 'pending',
          stage: 'queued',
          waitReason: 'slot',
          waitDetail: 'Waiting for a free slot.',
          dueAt: job.createdAt,
          ...elsewhere,
        });
      },
    },
  };
}

/** The route and the lanes without the provider that has the job; null when nobody else is left. */
function withoutProvider({ providerId, route }: JobRow): Pick<JobRow, 'route' | 'lanes'> | null {
  if (route === null) return null;
  const changed = changeCandidate(route, providerId, { state: 'rejected', reason: 'It did not answer.' });
  const lanes = lanesOf(changed);
  return lanes.length === 0 ? null : { route: changed, lanes };
}

function repositoriesOf(transaction: Transaction): Transaction {
  return { ...transaction };
}
