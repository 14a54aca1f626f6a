import type { AccountId, AssetId, WorkspaceId } from '@pixsim7/contracts';
import type {
  AccountRow,
  BalanceProblem,
  BalanceReadingRow,
  Instant,
  ProviderDeliveryRow,
  ProviderUploadRow,
} from '../../model/index.ts';
import type { Changes } from './rows.ts';

export interface AccountFilter {
  readonly workspaceId?: WorkspaceId;
  readonly providerId?: string;
}

export interface AccountRepository {
  insert(account: AccountRow): Promise<void>;
  /** Removed accounts included. */
  get(id: AccountId): Promise<AccountRow | null>;
  /** Those that exist, deleted ones included, in no order. */
  getMany(ids: readonly AccountId[]): Promise<AccountRow[]>;
  /** Locks the row until the transaction ends: the gate of the slot count. */
  lock(id: AccountId): Promise<AccountRow | null>;
  /**
   * Lets one transaction at a time, over all processes, compare the credentials at a provider and write some. Credentials
   * are sealed, so no unique rule of the schema can compare them.
   */
  lockCredentials(providerId: string): Promise<void>;
  /** Conditional on `account.version`. @throws StaleRowError */
  update(account: AccountRow, changes: Changes<AccountRow>): Promise<AccountRow>;
  /** Without the removed ones, oldest first. */
  list(filter: AccountFilter): Promise<AccountRow[]>;
  /** All of them, the removed ones too, in the order of their ids. `after`: the last one of the previous page. */
  page(after: AccountId | null, limit: number): Promise<AccountRow[]>;
  /**
   * Takes the accounts of these providers whose reading is due, for this process alone: their `balanceDueAt` is moved to
   * `until`, so nobody else takes them before. Without the removed ones and those switched off. Leaves the version.
   */
  claimReadings(providerIds: readonly string[], now: Instant, until: Instant): Promise<AccountRow[]>;
  /** Sets when the balance should be read next. Leaves the version. @param problem why the last reading failed; null: it did not */
  scheduleReading(id: AccountId, dueAt: Instant, problem: BalanceProblem | null): Promise<void>;
  /** Moves the next reading forward to `dueAt` unless it comes earlier anyway. Leaves the version. */
  expediteReading(id: AccountId, dueAt: Instant): Promise<void>;
  /** Notes a delivery, and that webhooks of this account arrive; false when it was noted before. Leaves the version. */
  addDelivery(delivery: ProviderDeliveryRow): Promise<boolean>;
  hasDelivery(accountId: AccountId, deliveryId: string): Promise<boolean>;
  /** Forgets deliveries received before this, oldest first; returns how many. */
  forgetDeliveries(before: Instant, limit: number): Promise<number>;
  addReading(reading: BalanceReadingRow): Promise<void>;
  latestReadings(ids: readonly AccountId[]): Promise<Map<AccountId, BalanceReadingRow>>;
  /** Removes readings before this moment that are not the last ones of their day (UTC); returns how many. */
  thinReadings(id: AccountId, before: Instant, limit: number): Promise<number>;
  upload(accountId: AccountId, assetId: AssetId, role: string): Promise<ProviderUploadRow | null>;
  /** Replaces an older upload of the same file and role. */
  saveUpload(upload: ProviderUploadRow): Promise<void>;
  /** Forgets uploads whose time at the provider is over; returns how many. */
  forgetExpiredUploads(now: Instant, limit: number): Promise<number>;
  /** Forgets an upload that the provider no longer knows. */
  forgetUploads(accountId: AccountId, assetIds: readonly AssetId[]): Promise<void>;
}
