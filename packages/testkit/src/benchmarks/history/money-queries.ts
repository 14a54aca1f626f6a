import type { HistoryQuery } from './measure-query.ts';

/** Queries of dispatch, the readings of balances, the sweep and `/metrics`. */
export const moneyQueries: readonly HistoryQuery[] = [
  {
    name: 'credits.exposures',
    run: ({ credits }, { accountId, now }) => credits.exposures(new Map([[accountId, now - 60_000]])),
  },
  {
    name: 'credits.charges',
    run: ({ credits }, { accountId, now }) => credits.charges(accountId, now - 60_000),
  },
  { name: 'credits.totals', run: ({ credits }) => credits.totals() },
  {
    name: 'credits.foldSettlements',
    run: ({ credits }, { now }) => credits.foldSettlements(now, 500),
  },
  {
    name: 'accounts.latestReadings',
    run: ({ accounts }, { accountId }) => accounts.latestReadings([accountId]),
  },
  { name: 'assets.unreferencedBlobs', run: ({ assets }, { now }) => assets.unreferencedBlobs(now, 100) },
  { name: 'assets.unmarkUsedBlobs', run: ({ assets }, { now }) => assets.unmarkUsedBlobs(now, 500) },
  { name: 'jobs.countByStatus', run: ({ jobs }) => jobs.countByStatus(1_000) },
  { name: 'jobs.countNeedingAttention', run: ({ jobs }) => jobs.countNeedingAttention() },
  { name: 'jobs.countByWaitReason', run: ({ jobs }) => jobs.countByWaitReason() },
  { name: 'submissions.countByState', run: ({ submissions }) => submissions.countByState(1_000) },
  {
    name: 'submissions.countLive',
    run: ({ submissions }, { accountId }) => submissions.countLive([accountId]),
  },
];
