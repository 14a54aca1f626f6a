import type { ProviderAdapter } from '@pixsim7/providers/contract';
import type { AccountRow } from '../../model/index.ts';
import { defaultShares } from '../../rules/places.ts';
import type { Destination, OutsideWork } from '../../rules/places.ts';
import { Bulkhead } from './bulkhead.ts';
import type { BulkheadOptions } from './bulkhead.ts';

/** The bulkhead of each kind of outside work. A process has one set. */
export type Bulkheads = Readonly<Record<OutsideWork, Bulkhead>>;

export interface BulkheadsOptions extends Pick<BulkheadOptions, 'system' | 'logger'> {
  /** `defaultShares` when left out. */
  readonly shares?: Readonly<Record<OutsideWork, BulkheadOptions['shares']>>;
}

export function createBulkheads({ system, logger, shares = defaultShares }: BulkheadsOptions): Bulkheads {
  const create = (work: OutsideWork): Bulkhead =>
    new Bulkhead({ work, shares: shares[work], system, logger });
  return {
    submit: create('submit'),
    check: create('check'),
    ingest: create('ingest'),
    balance: create('balance'),
    import: create('import'),
    webhook: create('webhook'),
  };
}

/** The destination of calls for an account. No more of them run at a time than the account has slots. */
export function callsOf(account: AccountRow, adapter: ProviderAdapter): Destination {
  return {
    account: account.id,
    slots: account.maxConcurrent,
    provider: adapter.id,
    hosts: [hostOf(account.baseUrl ?? adapter.manifest.default_base_url)],
  };
}

/**
 * The source of downloads. The hosts that a link redirects to are not known before it is followed. The slots of the
 * account do not limit this: the provider is done with the job, and with one slot a slow link would hold back every other
 * video.
 */
export function downloadsOf(account: AccountRow, urls: readonly string[]): Destination {
  return { account: account.id, provider: account.providerId, hosts: [...new Set(urls.map(hostOf))].sort() };
}

/** The source of the keys for an account's webhooks: a host that only the adapter knows. */
export function noticesOf(account: AccountRow): Destination {
  return { account: account.id, provider: account.providerId, hosts: [] };
}

/** Host and port; the text itself when it is no URL, which the fetch will say. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
