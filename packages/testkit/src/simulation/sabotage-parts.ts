import { changeCandidate, lanesOf } from '@pixsim7/core';
import type { JobRow, RowUpdate, RowWrites, Transaction } from '@pixsim7/core';
import { InvalidRequestError, ProviderRegistry } from '@pixsim7/providers/contract';
import type { ProviderAdapter } from '@pixsim7/providers/contract';
import { fakeMediaBytes } from './ports/fake-media.ts';
import type { Sabotage } from './world.ts';

export const unconverted = {
  bytes: fakeMediaBytes('image', 'as it was', { mimeType: 'image/heic' }),
  mimeType: 'image/heic',
  width: 640,
  height: 360,
};

export function withAdapters(
  registry: ProviderRegistry,
  change: (adapter: ProviderAdapter) => ProviderAdapter,
): ProviderRegistry {
  const changed = new ProviderRegistry();
  for (const adapter of registry.list()) {
    changed.register(change(adapter));
  }
  return changed;
}

/** Takes the refusal of a file for a fault of the job. */
export function giveUpOnRefusedFile(adapter: ProviderAdapter): ProviderAdapter {
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

export function onSubmissions(
  change: (submissions: Transaction['submissions']) => Partial<Transaction['submissions']>,
): Sabotage {
  return {
    transaction: (transaction) => ({
      ...repositoriesOf(transaction),
      submissions: { ...transaction.submissions, ...change(transaction.submissions) },
    }),
  };
}

export function giveUpWhatIsStored(transaction: Transaction): Transaction {
  const { submissions } = transaction;
  return {
    ...repositoriesOf(transaction),
    submissions: {
      ...submissions,
      update: (submission, changes) =>
        submissions.update(
          submission,
          submission.state === 'succeeded'
            ? { ...changes, state: 'failed', dueAt: null, finishedAt: submission.createdAt }
            : changes,
        ),
    },
  };
}

/** Takes silence for a refusal, with everything that belongs to one: the end of the attempt, its money, the next lane. */
export function goOnUnanswered(transaction: Transaction): Transaction {
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
  if (route === null) {
    return null;
  }
  const changed = changeCandidate(route, providerId, { state: 'rejected', reason: 'It did not answer.' });
  const lanes = lanesOf(changed);
  return lanes.length === 0 ? null : { route: changed, lanes };
}

export function repositoriesOf(transaction: Transaction): Transaction {
  return { ...transaction };
}

/** Writes the rows of a unit as if nobody had changed them since they were read. */
export async function withCurrentVersions(transaction: Transaction, unit: RowWrites): Promise<RowWrites> {
  const { accounts, jobs, submissions } = transaction;
  const current = async <Row extends { readonly id: string }>(
    updates: readonly RowUpdate<Row>[],
    get: (id: Row['id']) => Promise<Row | null>,
  ): Promise<RowUpdate<Row>[]> =>
    Promise.all(updates.map(async ({ row, changes }) => ({ row: (await get(row.id)) ?? row, changes })));
  return {
    ...unit,
    accounts: await current(unit.accounts, (id) => accounts.get(id)),
    jobs: await current(unit.jobs, (id) => jobs.get(id)),
    submissions: await current(unit.submissions, (id) => submissions.get(id)),
  };
}
