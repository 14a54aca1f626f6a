import type { List, SortOrder } from '@pixsim7/contracts';
import { RequestError } from '../model/request-error.ts';
import type { Page } from '../ports/index.ts';

/** The page that a list endpoint was asked for. */
export interface PageRequest {
  readonly limit: number;
  readonly cursor?: string | undefined;
  /** Newest first when left out. */
  readonly sort?: SortOrder | undefined;
}

/** A query of a list as a caller inside the house gives it: everything but the size of the page can be left out. */
export type ListRequest<Query extends PageRequest> = Pick<Query, 'limit'> & Partial<Query>;

/** @throws RequestError when the cursor was not made by `toList` for a list in this order */
export function toPage(request: PageRequest): Page {
  // One row more than asked for tells whether there is a next page.
  return {
    limit: request.limit + 1,
    after: request.cursor === undefined ? null : readCursor(request.cursor, orderOf(request)),
    order: orderOf(request),
  };
}

function orderOf({ sort }: PageRequest): 'newest_first' | 'oldest_first' {
  return sort === 'created_at' ? 'oldest_first' : 'newest_first';
}

/** The cursors of lists that begin with the oldest end with this. */
const oldestFirstMark = 'oldest_first';

function readCursor(cursor: string, order: Page['order']): { createdAt: number; id: string } {
  const [createdAt, id, mark] = Buffer.from(cursor, 'base64url').toString('utf8').split('|');
  // 13 digits of milliseconds reach the year 2286; the form of the id keeps text out that a database refuses.
  if (createdAt === undefined || !/^\d{1,13}$/u.test(createdAt) || !/^[\w-]{1,60}$/u.test(id ?? '')) {
    throw cursorRefused('This cursor does not belong to this list.');
  }
  if (mark !== (order === 'oldest_first' ? oldestFirstMark : undefined)) {
    throw cursorRefused('This cursor belongs to a list in another order.');
  }
  return { createdAt: Number(createdAt), id: id ?? '' };
}

function cursorRefused(why: string): RequestError {
  const detail = 'Use next_cursor of the previous page.';
  return new RequestError('invalid_params', why, {
    errors: [{ in: 'query', pointer: '/cursor', code: 'not_allowed', detail }],
  });
}

/** Cuts the extra row off and makes the cursor of the next page. */
export function toList<Row extends { readonly id: string; readonly createdAt: number }, Item>(
  rows: readonly Row[],
  request: PageRequest,
  view: (rows: readonly Row[]) => Item[],
): List<Item> {
  const shown = rows.slice(0, request.limit);
  const last = shown.at(-1);
  const hasMore = rows.length > request.limit;
  return { data: view(shown), next_cursor: hasMore && last !== undefined ? cursorOf(last, request) : null };
}

function cursorOf(
  { createdAt, id }: { readonly id: string; readonly createdAt: number },
  request: PageRequest,
): string {
  const mark = orderOf(request) === 'oldest_first' ? [oldestFirstMark] : [];
  return Buffer.from([createdAt, id, ...mark].join('|')).toString('base64url');
}

/** The bounds of time that a list was asked for. */
export function timeBounds(query: {
  readonly created_after?: string | undefined;
  readonly created_before?: string | undefined;
}): { readonly createdAfter?: number; readonly createdBefore?: number } {
  return {
    ...(query.created_after === undefined ? {} : { createdAfter: Date.parse(query.created_after) }),
    ...(query.created_before === undefined ? {} : { createdBefore: Date.parse(query.created_before) }),
  };
}
