import type { ApiKeyId, UserId, WorkspaceId } from '@pixsim7/contracts';
import type { ApiKeyRow, Instant } from '../../model/index.ts';

export interface UserRepository {
  /** The first workspace of an installation and its owner; made when they are missing. */
  ensureOwner(workspaceId: WorkspaceId, id: UserId, now: Instant): Promise<UserId>;
  /** @throws UniqueViolationError `api_keys_hash` */
  addApiKey(key: ApiKeyRow): Promise<void>;
  /** The same, but a key that is there keeps its id and gets the new end. */
  saveApiKey(key: ApiKeyRow): Promise<void>;
  /** null when there is none, or when it has ended. */
  findApiKey(hash: string, now: Instant): Promise<ApiKeyRow | null>;
  removeApiKey(id: ApiKeyId): Promise<void>;
  /** Forgets keys that have ended; returns how many. */
  removeEndedApiKeys(now: Instant): Promise<number>;
}
