import { asJsonObject } from '../envelope.ts';
import type { JsonObject, JsonValue } from '../lossless-json/index.ts';
import type { CreationType, CreditsStatus } from '../models.ts';
import { readPixVerseId } from '../pixverse-id.ts';
import type { PixVerseId } from '../pixverse-id.ts';
import { readBoolean, readItems, readNumber, readText } from './read-fields.ts';

// Grade B throughout: a client of 2026 sends these bodies. The fields of a row are not documented (grade C).

/** The charges of a period of at most 30 days. Times as `2026-09-18 00:00:00`, in UTC. */
export interface UsageWindow {
  readonly start_time: string;
  readonly end_time: string;
  readonly credits_status?: CreditsStatus | undefined;
  readonly creation_type?: readonly CreationType[] | undefined;
  /** 1 to 100 rows a page. */
  readonly limit?: number | undefined;
  readonly cursor?: undefined;
}

/** The page after one that was answered; a cursor stands for the whole question that led to it. */
export interface UsageCursor {
  readonly cursor: string;
  readonly limit?: number | undefined;
  readonly start_time?: undefined;
  readonly end_time?: undefined;
}

/** Body of `POST /account/billing/usage-detail`. Grade B. */
export type UsageRequest = UsageWindow | UsageCursor;

/** A charge, or its return. Every field may be missing. */
export interface UsageItem {
  readonly id?: PixVerseId | undefined;
  readonly video_id?: PixVerseId | undefined;
  readonly image_id?: PixVerseId | undefined;
  /** One of `CREATION_TYPES`, or newer than they are. */
  readonly creation_type?: string | undefined;
  readonly credits_status?: string | undefined;
  readonly credits?: number | undefined;
  readonly created_at?: string | undefined;
  /** The row as it came. */
  readonly raw: JsonObject;
}

/** A page of the usage ledger. */
export interface UsagePage {
  readonly items: readonly UsageItem[];
  /** Empty on the last page. */
  readonly next_cursor: string;
  readonly has_more: boolean;
}

export function readUsagePage(reply: JsonValue | undefined): UsagePage | undefined {
  const fields = asJsonObject(reply);
  const items = readItems(fields?.['items'], readUsageItem);
  if (fields === undefined || items === undefined) {
    return undefined;
  }
  const cursor = readText(fields['next_cursor']) ?? '';
  return { items, next_cursor: cursor, has_more: readBoolean(fields['has_more']) ?? cursor !== '' };
}

function readUsageItem(item: JsonValue): UsageItem | undefined {
  const raw = asJsonObject(item);
  return raw === undefined
    ? undefined
    : {
        id: readPixVerseId(raw['id']),
        video_id: readPixVerseId(raw['video_id']),
        image_id: readPixVerseId(raw['image_id']),
        creation_type: readText(raw['creation_type']),
        credits_status: readText(raw['credits_status']),
        credits: readNumber(raw['credits']),
        created_at: readText(raw['created_at']),
        raw,
      };
}
