import type { ApiKeyId, EventData, EventId, EventType, Scope, UserId, WorkspaceId } from '@pixsim7/contracts';
import type { Instant } from './instant.ts';

/** A change, written in the transaction of the change. */
export interface NewEvent {
  readonly id: EventId;
  readonly type: EventType;
  readonly subjectId: string;
  readonly workspaceId: WorkspaceId;
  readonly data: EventData;
  readonly createdAt: Instant;
}

/** A published event. The sequence is given after the commit, so a reader that goes by it never skips one. */
export interface EventRow extends NewEvent {
  readonly sequence: number;
}

export interface ApiKeyRow {
  readonly id: ApiKeyId;
  readonly workspaceId: WorkspaceId;
  readonly userId: UserId;
  readonly scopes: readonly Scope[];
  readonly label: string;
  /** SHA-256 of the key, hexadecimal. Keys are 256 random bits, so a slow hash would add nothing. */
  readonly hash: string;
  readonly createdAt: Instant;
  /** From then on it is nobody's key; null: it does not end by itself. */
  readonly expiresAt: Instant | null;
}
