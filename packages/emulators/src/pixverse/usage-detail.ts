import type { JsonObject } from '../http/lossless-json.ts';
import { creationTypes, creditsStatuses } from './capabilities.ts';
import type { CreationType, CreditsStatus } from './capabilities.ts';
import type { Emulation } from './emulation.ts';
import { decision } from './endpoint.ts';
import type { Endpoint } from './endpoint.ts';
import { PixverseRefusal } from './error-codes.ts';
import { parseFields } from './fields.ts';
import type { Fields } from './fields.ts';
import { ledgerTimeOf, parseLedgerTime } from './ledger-time.ts';
import { ledgerOf, newestFirst } from './ledger.ts';
import type { LedgerPlace, LedgerRow } from './ledger.ts';

const secondMilliseconds = 1000;
/** Of `start_time` and `end_time`, at most. */
const windowMilliseconds = 30 * 24 * 60 * 60 * secondMilliseconds;
const limits = { smallest: 1, otherwise: 20, largest: 100 };

/** A question, and the place where the page before it ended. */
interface UsageQuery {
  readonly start: number;
  readonly end: number;
  readonly status: CreditsStatus | null;
  /** Null for all. */
  readonly types: readonly CreationType[] | null;
  readonly after: LedgerPlace | null;
}

interface UsagePage {
  readonly query: UsageQuery;
  readonly limit: number;
}

/**
 * POST /account/billing/usage-detail. A cursor stands for the whole question that led to it, so that only `limit` counts beside it.
 * The members of an item are not documented, except for the ones that can be filtered by.
 */
export function usageDetailEndpoint({ store }: Emulation): Endpoint<UsagePage> {
  return {
    async read({ body }) {
      const fields = parseFields(new TextDecoder().decode(body));
      const cursor = fields.text('cursor');
      return {
        query: cursor === null ? readQuery(fields) : readCursor(cursor),
        limit: readLimit(fields),
      };
    },
    decide({ query, limit }, { account, now }) {
      const rows = ledgerOf(store, account.apiKey, now).filter((row) => isWanted(row, query));
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      const hasMore = rows.length > limit;
      return decision('success', {
        items: page.map(itemOf),
        next_cursor: last === undefined || !hasMore ? '' : cursorOf(query, last),
        has_more: hasMore,
      });
    },
  };
}

function readLimit(fields: Fields): number {
  const limit = fields.integer('limit') ?? limits.otherwise;
  if (limit < limits.smallest || limit > limits.largest) {
    throw new PixverseRefusal(400017, `limit is from ${limits.smallest} to ${limits.largest}`);
  }
  return limit;
}

function readQuery(fields: Fields): UsageQuery {
  const start = readTime(fields, 'start_time');
  const end = readTime(fields, 'end_time');
  if (start > end || end - start > windowMilliseconds) {
    throw new PixverseRefusal(400017, 'start_time and end_time are in their order and up to 30 days apart');
  }
  return { start, end, ...readFilters(fields), after: null };
}

function readTime(fields: Fields, name: string): number {
  const time = parseLedgerTime(fields.requiredText(name));
  if (time === null) {
    throw new PixverseRefusal(400017, `${name} is no YYYY-MM-DD HH:mm:ss`);
  }
  return time;
}

function readFilters(fields: Fields): Pick<UsageQuery, 'status' | 'types'> {
  const names = fields.texts('creation_type');
  return {
    status: fields.oneOf('credits_status', creditsStatuses),
    types: names === null || names.length === 0 ? null : names.map(creationTypeOf),
  };
}

function creationTypeOf(name: string): CreationType {
  const type = creationTypes.find((known) => known === name);
  if (type === undefined) {
    throw new PixverseRefusal(400017, `creation_type ${name}`);
  }
  return type;
}

/** Times are whole seconds, and a window includes both of its ends. */
function isWanted(row: LedgerRow, { start, end, status, types, after }: UsageQuery): boolean {
  return (
    row.at >= start &&
    row.at < end + secondMilliseconds &&
    (status === null || row.status === status) &&
    (types === null || types.includes(row.creationType)) &&
    (after === null || newestFirst(after, row) < 0)
  );
}

function itemOf({ id, productId, creationType, status, credits, at }: LedgerRow): JsonObject {
  return {
    id: BigInt(id),
    [creationType === 'image_to_image' ? 'image_id' : 'video_id']: BigInt(productId),
    creation_type: creationType,
    credits_status: status,
    credits,
    created_at: ledgerTimeOf(at),
  };
}

function cursorOf({ start, end, status, types }: UsageQuery, { at, id }: LedgerPlace): string {
  const members = { start, end, credits_status: status, creation_type: types, at, id };
  return Buffer.from(JSON.stringify(members)).toString('base64url');
}

function readCursor(cursor: string): UsageQuery {
  const fields = parseFields(Buffer.from(cursor, 'base64url').toString());
  return {
    start: fields.requiredInteger('start'),
    end: fields.requiredInteger('end'),
    ...readFilters(fields),
    after: { at: fields.requiredInteger('at'), id: fields.requiredText('id') },
  };
}
