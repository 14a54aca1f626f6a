import { and, eq, exists, isNull, or, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import type { AssetFilter, AssetRow, Page } from '@pixsim7/core';
import type { Connection } from '../connection.ts';
import { assets, assetTexts, jobs } from '../schema/index.ts';
import { lacksOlder } from './enter-older.ts';
import { contains, madeBetween, pageOf, promptOf } from './page.ts';
import { firstRows, isIndexedHit, lookedOf, mostHits, searchPage } from './search-page.ts';

/** The list of assets. Each filter that can leave few of many assets has an index in the order of the list. */
export async function listAssets(
  connection: Connection,
  filter: AssetFilter,
  page: Page,
): Promise<AssetRow[]> {
  const { search } = filter;
  if (search === undefined || search === '') {
    return rowsOfList(connection, filter, page);
  }
  return searchPage(page.limit, {
    first: () => searchFirst(connection, filter, page, search),
    indexed: async () =>
      (await lacksOlder(connection, 'assets')) ? null : searchIndexed(connection, filter, page, search),
    walked: () =>
      rowsOfList(connection, filter, page, or(contains(assets.name, search), isMadeBy(connection, search))),
  });
}

function rowsOfList(
  connection: Connection,
  filter: AssetFilter,
  page: Page,
  isHit?: SQL,
): Promise<AssetRow[]> {
  const { where, orderBy } = pageOf(page, assets.createdAt, assets.id);
  return connection
    .select()
    .from(assets)
    .where(and(isListed(filter), where, isHit))
    .orderBy(...orderBy)
    .limit(page.limit);
}

/** The page of a search among the assets at the beginning of the list. */
async function searchFirst(connection: Connection, filter: AssetFilter, page: Page, search: string) {
  const { where, orderBy } = pageOf(page, assets.createdAt, assets.id);
  const first = connection.$with('first').as(
    connection
      .select({ id: assets.id, createdAt: assets.createdAt, name: assets.name, jobId: assets.jobId })
      .from(assets)
      .where(and(isListed(filter), where))
      .orderBy(...orderBy)
      .limit(firstRows),
  );
  // Not a join: with fewer than a hundred thousand jobs all of them would be read for it.
  const prompt = sql`(select ${promptOf(jobs.params)} from ${jobs} where ${jobs.id} = ${first.jobId})`;
  const found = connection.$with('found').as(
    connection
      .select({ id: first.id })
      .from(first)
      .where(or(contains(first.name, search), contains(prompt, search)))
      .orderBy(...pageOf(page, first.createdAt, first.id).orderBy)
      .limit(page.limit),
  );
  const counted = connection
    .$with('counted')
    .as(connection.select({ total: sql<number>`count(*)::int`.as('total') }).from(first));
  return lookedOf(
    await connection
      .with(first, found, counted)
      .select({ total: counted.total, row: assets })
      .from(counted)
      .leftJoin(found, sql`true`)
      .leftJoin(assets, eq(assets.id, found.id))
      .orderBy(...orderBy),
  );
}

/** The same among the hits of the index of words. */
async function searchIndexed(connection: Connection, filter: AssetFilter, page: Page, search: string) {
  const hits = connection.$with('hits').as(
    connection
      .select({ id: assetTexts.assetId, createdAt: assetTexts.createdAt })
      .from(assetTexts)
      .where(
        and(
          eq(assetTexts.workspaceId, filter.workspaceId),
          isIndexedHit(assetTexts, filter.workspaceId, search),
          madeBetween(filter, assetTexts.createdAt),
          pageOf(page, assetTexts.createdAt, assetTexts.assetId).where,
        ),
      )
      .limit(mostHits + 1),
  );
  // In the order of the hits, so that no more of them are looked up than the page takes.
  const found = connection.$with('found').as(
    connection
      .select({ id: assets.id })
      .from(hits)
      .innerJoin(assets, eq(assets.id, hits.id))
      .where(isListed(filter))
      .orderBy(...pageOf(page, hits.createdAt, hits.id).orderBy)
      .limit(page.limit),
  );
  const counted = connection
    .$with('counted')
    .as(connection.select({ total: sql<number>`count(*)::int`.as('total') }).from(hits));
  return lookedOf(
    await connection
      .with(hits, found, counted)
      .select({ total: counted.total, row: assets })
      .from(counted)
      .leftJoin(found, sql`true`)
      .leftJoin(assets, eq(assets.id, found.id))
      .orderBy(...pageOf(page, assets.createdAt, assets.id).orderBy),
  );
}

function isListed(filter: AssetFilter): SQL | undefined {
  return and(
    isNull(assets.deletedAt),
    eq(assets.workspaceId, filter.workspaceId),
    filter.mediaType === undefined ? undefined : eq(assets.mediaType, filter.mediaType),
    filter.origin === undefined ? undefined : eq(assets.origin, filter.origin),
    filter.jobId === undefined ? undefined : eq(assets.jobId, filter.jobId),
    madeBetween(filter, assets.createdAt),
  );
}

function isMadeBy(connection: Connection, prompt: string): SQL {
  return exists(
    connection
      .select({ id: jobs.id })
      .from(jobs)
      .where(and(eq(jobs.id, assets.jobId), contains(promptOf(jobs.params), prompt))),
  );
}
