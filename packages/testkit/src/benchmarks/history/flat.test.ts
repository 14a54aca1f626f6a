import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { observeEmbedded } from '@pixsim7/infra/testing';
import type { ObservedDatabase } from '@pixsim7/infra/testing';
import { silentLogger } from '../measure/silent-logger.ts';
import { fillHistory } from './fill-history.ts';
import type { History } from './fill-history.ts';
import { measureQuery } from './measure-query.ts';
import { moneyQueries } from './money-queries.ts';

const jobs = 20_000;
/** Rows that a plan may read from one end of a table to the other: tables that stay small, as the accounts do. */
const mostWalked = 200;
/**
 * Pages of one query. The jobs alone have 950 here and the ledger 700; the queries need 2 to 330, most of which is the work that
 * is open now.
 */
const mostPages = 400;

describe('a query of money, after a long history', () => {
  let observed: ObservedDatabase;
  let history: History;
  beforeAll(async () => {
    observed = await observeEmbedded(silentLogger);
    history = await fillHistory(observed.database, observed.rows, jobs);
  }, 120_000);
  afterAll(() => observed.database.close());

  it.each(moneyQueries)(
    'reads what it needs and not the history: $name',
    async (query) => {
      const { buffers, walked } = await measureQuery(observed, history, query);
      expect(walked.filter(({ rows }) => rows > mostWalked)).toEqual([]);
      expect(buffers).toBeLessThan(mostPages);
    },
    60_000,
  );

  it('is noticed when it walks a table', async () => {
    const { buffers, walked } = await measureQuery(observed, history, {
      name: 'accounts.thinReadings of all readings',
      run: ({ accounts }, { accountId, now }) => accounts.thinReadings(accountId, now, 5_000),
    });
    expect(buffers > mostPages || walked.some(({ rows }) => rows > mostWalked)).toBe(true);
  }, 60_000);
});
