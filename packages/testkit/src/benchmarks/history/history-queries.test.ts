import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { observeEmbedded } from '@pixsim7/infra/testing';
import type { ObservedDatabase } from '@pixsim7/infra/testing';
import { silentLogger } from '../measure/silent-logger.ts';
import { fillHistory } from './fill-history.ts';
import type { History } from './fill-history.ts';
import { listQueries } from './list-queries.ts';
import { measureQuery } from './measure-query.ts';
import { moneyQueries } from './money-queries.ts';

/** A walk through the jobs reads 2,000 pages of 8 KiB at this size, the ledger has 700. */
const jobs = 20_000;
/** Rows that a plan may read from one end of a table to the other: tables that stay small, as the accounts do. */
const maxWalkedRows = 200;
/** The queries of money need 2 to 330 pages, most of them of the work that is open now. */
const maxMoneyPages = 400;
/** The largest list is two statuses with a first page each, 808: each row is in a page of its own, and read twice. */
const maxListPages = 900;
/** A search of assets looks up the prompts of the first 500 by their keys, with 3 pages each. All would be 60,000. */
const maxSearchPages = 3_000;

describe('an installation with a long history', () => {
  let observed: ObservedDatabase;
  let history: History;

  beforeAll(async () => {
    observed = await observeEmbedded(silentLogger);
    history = await fillHistory(observed.database, observed.rows, jobs);
  }, 180_000);
  afterAll(() => observed.database.close());

  it.each([
    ...moneyQueries.map((query) => ({ query, name: query.name, maxPages: maxMoneyPages })),
    ...listQueries.map((query) => ({
      query,
      name: query.name,
      maxPages: query.name.includes(': word in ') ? maxSearchPages : maxListPages,
    })),
  ])('$name reads what it needs and not the history', async ({ query, maxPages }) => {
    const { buffers, walked } = await measureQuery(observed, history, query);
    expect(walked.filter(({ rows }) => rows > maxWalkedRows)).toEqual([]);
    expect(buffers).toBeLessThanOrEqual(maxPages);
  });

  it('is noticed when it walks a table', async () => {
    const { buffers, walked } = await measureQuery(observed, history, {
      name: 'accounts.thinReadings of all readings',
      run: ({ accounts }, { accountId, now }) => accounts.thinReadings(accountId, now, 5_000),
    });
    expect(buffers > maxMoneyPages || walked.some(({ rows }) => rows > maxWalkedRows)).toBe(true);
  });

  it('is noticed when an index is not there', async () => {
    const [query] = listQueries.filter(({ name }) => name === 'jobs.list: operation, no hit');
    if (query === undefined) {
      throw new Error('The query was renamed.');
    }
    await observed.rows('drop index jobs_listed_operation');
    const { buffers } = await measureQuery(observed, history, query);
    expect(buffers).toBeGreaterThan(maxListPages);
  });
});
