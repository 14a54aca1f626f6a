import type { AccountId, AccountStatus, AssetId } from '@pixsim7/contracts';
import type { ResolvedInput } from '@pixsim7/providers/contract';
import type { Instant } from './instant.ts';

/** Credentials of the operator at one provider. */
export interface AccountRow {
  readonly id: AccountId;
  readonly providerId: string;
  readonly label: string;
  /** Sealed with the account id as associated data; see the vault port. */
  readonly sealedCredentials: string;
  readonly baseUrl: string | null;
  readonly maxConcurrent: number;
  readonly priority: number;
  readonly enabled: boolean;
  readonly status: AccountStatus;
  readonly reason: string | null;
  readonly cooldownUntil: Instant | null;
  readonly sandbox: boolean;
  readonly lastUsedAt: Instant | null;
  readonly version: number;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  /** A removed account keeps its row: submissions and ledger name it. */
  readonly deletedAt: Instant | null;
}

/** What the provider said about the balance. A reading that failed is no row: unknown is not zero. */
export interface BalanceReadingRow {
  readonly accountId: AccountId;
  readonly amount: number;
  readonly unit: string;
  readonly pools: Readonly<Record<string, number>>;
  readonly observedAt: Instant;
}

/** A file that an account's provider already knows. */
export interface ProviderUploadRow {
  readonly accountId: AccountId;
  readonly assetId: AssetId;
  /** The same file may be uploaded differently for different roles. */
  readonly role: string;
  readonly resolved: ResolvedInput;
  readonly uploadedAt: Instant;
}
