import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { observeEmbedded } from '@pixsim7/infra/testing';
import type { ObservedDatabase } from '@pixsim7/infra/testing';
import { silentLogger } from '../measure/silent-logger.ts';
import { fillHistory } from './fill-history.ts';
import type { History } from './fill-history.ts';
import { listQueries } from './list-queries.ts';
import { measureQuery } from './measure-query.ts';

/** A walk through the jobs reads 2,000 pages at this size, a page of 101 rows in an index about 120. */
const jobs = 20_000;
/** Of 8 KiB. The most is two statuses with a first page each, 808: each row is in a page of its own, and read twice. */
const mostPages = 900;
/** A walk through a small table costs less than its index. */
const mostRows = 200;

describe('the lists of an installation with a history', () => {
  let observed: ObservedDatabase;
  let history: History;

  beforeAll(async () => {
    observed = await observeEmbedded(silentLogger);
    history = await fillHistory(observed.database, observed.rows, jobs);
  }, 180_000);
  afterAll(() => observed.database.close());

  it.each(listQueries)('$name reads a bounded part of the tables', async (query) => {
    const { buffers, walked } = await measureQuery(observed, history, query);
    expect(walked.filter(({ rows }) => rows > mostRows)).toEqual([]);
    expect(buffers).toBeLessThanOrEqual(mostPages);
  });

  it('is noticed by this test when an index is not there', async () => {
    const [query] = listQueries.filter(({ name }) => name === 'jobs.list: operation, no hit');
    if (query === undefined) {
      throw new Error('The query was renamed.');
    }
    await observed.rows('drop index jobs_listed_operation');
    const { buffers } = await measureQuery(observed, history, query);
    expect(buffers).toBeGreaterThan(mostPages);
  });
});
