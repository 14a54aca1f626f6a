import type { Page, Transaction } from '@pixsim7/core';
import type { History } from './fill-history.ts';
import type { HistoryQuery } from './measure-query.ts';

type JobFilter = Omit<Parameters<Transaction['jobs']['list']>[0], 'workspaceId'>;
type AssetFilter = Omit<Parameters<Transaction['assets']['list']>[0], 'workspaceId'>;

/** One row more than a page shows, as the services ask for it. */
const limit = 101;
const firstPage = (): Page => ({ limit, after: null });
/** A page far from both ends. */
const middlePage =
  (order: NonNullable<Page['order']>) =>
  ({ middle }: History): Page => ({ limit, order, after: { createdAt: middle, id: 'job_h' } });

function jobs(name: string, filter: JobFilter, page: (history: History) => Page = firstPage): HistoryQuery {
  return {
    name: `jobs.list: ${name}`,
    run: (transaction, history) =>
      transaction.jobs.list({ workspaceId: history.workspaceId, ...filter }, page(history)),
  };
}

function assets(
  name: string,
  filter: AssetFilter,
  page: (history: History) => Page = firstPage,
): HistoryQuery {
  return {
    name: `assets.list: ${name}`,
    run: (transaction, history) =>
      transaction.assets.list({ workspaceId: history.workspaceId, ...filter }, page(history)),
  };
}

function durations(name: string, keys: readonly string[]): HistoryQuery {
  return {
    name: `submissions.recentDurations: ${name}`,
    run: ({ submissions }, { workspaceId, providerId }) =>
      submissions.recentDurations(
        keys.map((durationKey) => ({ workspaceId, providerId, durationKey, sandbox: false })),
        50,
      ),
  };
}

/** Of the fifth job, one of the oldest. */
const oneHash = 'e4da3b7fbbce2345d7772b0674a318d5';

/** Lists, pages and filters with many hits, few and none; what a job is shown with. */
export const listQueries: readonly HistoryQuery[] = [
  jobs('first page', {}),
  jobs('middle', {}, middlePage('newest_first')),
  jobs('middle, oldest first', {}, middlePage('oldest_first')),
  jobs('failed', { statuses: ['failed'] }),
  jobs('failed, middle', { statuses: ['failed'] }, middlePage('newest_first')),
  jobs('waiting or running', { statuses: ['pending', 'processing'] }),
  jobs('failed or cancelled', { statuses: ['failed', 'cancelled'] }, middlePage('oldest_first')),
  jobs('needs attention', { stages: ['needs_attention'] }),
  jobs('two stages', { stages: ['storing', 'needs_attention'] }),
  jobs('operation, no hit', { operationType: 'fusion' }),
  jobs('operation, many hits', { operationType: 'image_to_video' }, middlePage('newest_first')),
  jobs('provider, no hit', { providerId: 'none' }),
  jobs('model, no hit', { model: 'none' }),
  jobs('model, many hits', { model: 'v1' }, middlePage('newest_first')),
  jobs('routed, no hit', { routed: true }),
  jobs('metadata, no hit', { metadata: { project: 'none' } }),
  jobs('metadata, many hits', { metadata: { project: 'p7' } }),
  jobs('metadata and operation', { metadata: { project: 'p7' }, operationType: 'text_to_video' }),
  {
    name: 'jobs.list: busy account',
    run: (transaction, { workspaceId, accountId }) =>
      transaction.jobs.list({ workspaceId, accountId }, firstPage()),
  },
  {
    name: 'jobs.list: account of long ago',
    run: (transaction, { workspaceId, oldAccountId }) =>
      transaction.jobs.list({ workspaceId, accountId: oldAccountId }, firstPage()),
  },
  jobs('word in all', { search: 'boat' }),
  jobs('word in all, middle', { search: 'PAPER boat' }, middlePage('newest_first')),
  jobs('word in every hundredth', { search: 'fog' }),
  jobs('word in the oldest 50', { search: 'long ago' }),
  jobs('word in one', { search: oneHash }),
  jobs('word in none', { search: 'submarine' }),
  jobs('letter in none', { search: '猫' }),
  jobs('word in one, failed', { search: oneHash, statuses: ['failed'] }),
  assets('first page', {}),
  assets('middle', {}, middlePage('newest_first')),
  assets('middle, oldest first', {}, middlePage('oldest_first')),
  assets('images, no hit', { mediaType: 'image' }),
  assets('uploaded, no hit', { origin: 'uploaded' }),
  assets('word in all', { search: 'boat' }),
  assets('word in every hundredth', { search: 'fog' }),
  assets('word in one', { search: oneHash }),
  assets('word in none', { search: 'submarine' }),
  durations('one kind', ['v1 text_to_video 1s']),
  durations('no such kind', ['none']),
  durations(
    '20 kinds',
    Array.from({ length: 20 }, (_, kind) => `v1 text_to_video ${kind}s`),
  ),
  {
    name: 'jobs.queuePositions',
    run: (transaction, { waitingJobId }) => transaction.jobs.queuePositions([waitingJobId]),
  },
];
