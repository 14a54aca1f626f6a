import type { ApiKeyId, Scope, UserId, WorkspaceId } from '@pixsim7/contracts';

/** The asker: one key of one user, in one workspace. Every use case takes one, and sees nothing of another workspace. */
export interface Caller {
  readonly workspaceId: WorkspaceId;
  readonly userId: UserId;
  readonly keyId: ApiKeyId;
  readonly scopes: readonly Scope[];
}
