import type { List } from '@pixsim7/contracts';
import type { Page } from '../ports/index.ts';
import { RequestError } from './request-error.ts';

/** What a list endpoint was asked for. */
export interface PageRequest {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** @throws RequestError when the cursor was not made by `toList` */
export function toPage(request: PageRequest): Page {
  // One row more than asked for tells whether there is a next page.
  return {
    limit: request.limit + 1,
    after: request.cursor === undefined ? null : readCursor(request.cursor),
  };
}

function readCursor(cursor: string): { createdAt: number; id: string } {
  const [createdAt, id] = Buffer.from(cursor, 'base64url').toString('utf8').split('|');
  // 13 digits of milliseconds reach the year 2286; the form of the id keeps text out that a database refuses.
  if (createdAt === undefined || !/^\d{1,13}$/u.test(createdAt) || !/^[\w-]{1,60}$/u.test(id ?? '')) {
    throw new RequestError('invalid_params', 'This cursor was not given by this list.', {
      errors: [{ pointer: '/cursor', code: 'not_allowed', detail: 'Use next_cursor of the previous page.' }],
    });
  }
  return { createdAt: Number(createdAt), id: id ?? '' };
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
  return {
    data: view(shown),
    next_cursor:
      hasMore && last !== undefined
        ? Buffer.from(`${last.createdAt}|${last.id}`).toString('base64url')
        : null,
  };
}
