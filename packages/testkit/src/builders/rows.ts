import { scopes } from '@pixsim7/contracts';
import type {
  AccountId,
  ApiKeyId,
  AssetId,
  JobId,
  JobStage,
  JobStatus,
  SubmissionId,
  UserId,
  WorkspaceId,
} from '@pixsim7/contracts';
import type {
  AccountRow,
  ApiKeyRow,
  AssetRow,
  BalanceReadingRow,
  BlobRow,
  Caller,
  CreditEntryRow,
  Instant,
  JobInputRow,
  JobRoute,
  JobRow,
  LineageEdgeRow,
  NewEvent,
  ObservationRow,
  ProviderUploadRow,
  RouteCandidate,
  SubmissionRow,
} from '@pixsim7/core';
import { closedBreaker } from '@pixsim7/core';
import { buildId, nextNumber } from './ids.ts';

/** The time at which every built row was made, unless the test says otherwise: noon of 2026-01-01, UTC. */
export const builtAt: Instant = Date.UTC(2026, 0, 1, 12);

/** The owner of every built row, unless the test says otherwise. */
export const builtOwner = 'usr_0000000000000000000000000a' as UserId;

/** The workspace of every built row, unless the test says otherwise. */
export const builtWorkspace = 'wsp_0000000000000000000000000a' as WorkspaceId;

/** The user that makes and owns every built row, with every right. */
export const builtCaller: Caller = {
  workspaceId: builtWorkspace,
  userId: builtOwner,
  keyId: 'key_0000000000000000000000000a' as ApiKeyId,
  scopes,
};

/** Somebody with every right in a workspace of their own. */
export function buildCaller(overrides: Partial<Caller> = {}): Caller {
  return {
    workspaceId: buildId('workspace'),
    userId: buildId('user'),
    keyId: buildId('apiKey'),
    scopes,
    ...overrides,
  };
}

const stageOfStatus: Record<JobStatus, JobStage> = {
  pending: 'queued',
  processing: 'generating',
  completed: 'finished',
  failed: 'finished',
  cancelled: 'finished',
};

/** Built jobs and their attempts are alike unless a test says otherwise. */
const builtDurationKey = 'v1 text_to_video 540p 5s';

/** A valid job; what must be null unless the job is pending follows from `status`. */
export function buildJob(overrides: Partial<JobRow> = {}): JobRow {
  const status = overrides.status ?? 'pending';
  const pending = status === 'pending';
  return {
    id: buildId('job'),
    workspaceId: builtWorkspace,
    ownerId: builtOwner,
    operationType: 'text_to_video',
    providerId: 'example',
    model: 'v1',
    route: null,
    lanes: [overrides.providerId ?? 'example'],
    params: { prompt: 'a paper boat on rain water' },
    name: null,
    metadata: {},
    status,
    stage: stageOfStatus[status],
    waitReason: pending ? 'slot' : null,
    waitDetail: pending ? 'Waits for a free slot.' : null,
    waitUntil: null,
    attention: null,
    priority: 0,
    notBefore: null,
    pinnedAccountId: null,
    retryOf: null,
    idempotencyKey: null,
    requestFingerprint: null,
    maxCredits: null,
    maxCostUsd: null,
    quotedCredits: 45,
    creditUnit: 'credits',
    warnings: [],
    durationKey: builtDurationKey,
    error: null,
    dueAt: pending ? builtAt : null,
    version: 1,
    createdAt: builtAt,
    startedAt: null,
    completedAt: null,
    ...overrides,
  };
}

/** A route over these providers, each of which could take the job for 45 credits. */
export function buildRoute(
  providerIds: readonly string[],
  overrides: Partial<RouteCandidate> = {},
): JobRoute {
  return {
    requested: null,
    candidates: providerIds.map((providerId) => ({
      providerId,
      requestedModel: null,
      state: 'possible',
      reason: 'Not asked yet.',
      offer: { model: 'v1', credits: 45, costUsd: 0.45 },
      unit: 'credits',
      restsUntil: null,
      ...overrides,
    })),
  };
}

export function buildJobInput(
  parents: { jobId: JobId; assetId: AssetId },
  overrides: Partial<JobInputRow> = {},
): JobInputRow {
  return {
    position: 0,
    role: 'first_frame',
    slot: 'first_frame',
    referenceName: null,
    segmentPrompt: null,
    segmentDurationS: null,
    jobId: parents.jobId,
    assetId: parents.assetId,
    ...overrides,
  };
}

export function buildSubmission(
  parents: { jobId: JobId; accountId: AccountId },
  overrides: Partial<SubmissionRow> = {},
): SubmissionRow {
  return {
    id: buildId('submission'),
    number: 1,
    providerId: 'example',
    durationKey: builtDurationKey,
    state: 'prepared',
    token: `00000000-0000-4000-8000-${String(nextNumber()).padStart(12, '0')}`,
    endpoint: null,
    body: null,
    payload: null,
    providerJobId: null,
    handle: null,
    outputs: [],
    tries: 0,
    looks: [],
    dueAt: builtAt,
    watchedMs: 0,
    lookedAt: null,
    evidenceLooks: 0,
    error: null,
    accountChoice: [],
    lastRawStatus: null,
    lastObservedAt: null,
    progress: null,
    queuePosition: null,
    providerCredits: null,
    cancelAskedAt: null,
    version: 1,
    createdAt: builtAt,
    sentAt: null,
    acceptedAt: null,
    finishedAt: null,
    storedAt: null,
    jobId: parents.jobId,
    accountId: parents.accountId,
    ...overrides,
  };
}

export function buildObservation(
  submissionId: SubmissionId,
  overrides: Partial<ObservationRow> = {},
): ObservationRow {
  return { submissionId, at: builtAt, rawStatus: '5', status: 'processing', ...overrides };
}

export function buildAccount(overrides: Partial<AccountRow> = {}): AccountRow {
  return {
    id: buildId('account'),
    workspaceId: builtWorkspace,
    providerId: 'example',
    label: 'Main account',
    sealedCredentials: 'sealed-by-nobody',
    baseUrl: null,
    maxConcurrent: 2,
    priority: 0,
    enabled: true,
    status: 'active',
    reason: null,
    cooldownUntil: null,
    crowding: null,
    breaker: closedBreaker,
    balanceDueAt: null,
    balanceProblem: null,
    sandbox: false,
    webhookToken: nextNumber().toString(16).padStart(32, '0'),
    webhookSeenAt: null,
    lastUsedAt: null,
    version: 1,
    createdAt: builtAt,
    updatedAt: builtAt,
    deletedAt: null,
    ...overrides,
  };
}

export function buildBalanceReading(
  accountId: AccountId,
  overrides: Partial<BalanceReadingRow> = {},
): BalanceReadingRow {
  return {
    accountId,
    amount: 100,
    unit: 'credits',
    pools: {},
    observedAt: builtAt,
    drift: null,
    driftSince: null,
    ...overrides,
  };
}

export function buildProviderUpload(
  parents: { accountId: AccountId; assetId: AssetId },
  overrides: Partial<ProviderUploadRow> = {},
): ProviderUploadRow {
  return {
    role: 'first_frame',
    resolved: { reference: { img_id: '318830014125572123' }, reusable: true, expiresAt: null },
    uploadedAt: builtAt,
    accountId: parents.accountId,
    assetId: parents.assetId,
    ...overrides,
  };
}

export function buildCreditEntry(
  submission: Pick<SubmissionRow, 'id' | 'jobId' | 'accountId'>,
  overrides: Partial<CreditEntryRow> = {},
): CreditEntryRow {
  return {
    accountId: submission.accountId,
    submissionId: submission.id,
    jobId: submission.jobId,
    kind: 'hold',
    amount: 45,
    at: builtAt,
    ...overrides,
  };
}

export function buildBlob(overrides: Partial<BlobRow> = {}): BlobRow {
  const hash = nextNumber().toString(16).padStart(64, '0');
  return { hash, bytes: 2048, mimeType: 'video/mp4', createdAt: builtAt, ...overrides };
}

/** A generated video without a job, so that it can stand alone. */
export function buildAsset(overrides: Partial<AssetRow> = {}): AssetRow {
  return {
    id: buildId('asset'),
    workspaceId: builtWorkspace,
    ownerId: builtOwner,
    origin: 'generated',
    mediaType: 'video',
    state: 'stored',
    name: null,
    blobHash: nextNumber().toString(16).padStart(64, '0'),
    bytes: 2048,
    mimeType: 'video/mp4',
    width: 960,
    height: 540,
    durationS: 5.04,
    fps: 24,
    codec: 'avc1.42c01f',
    animated: false,
    imageTraits: [],
    posterHash: null,
    posterMimeType: null,
    posterDueAt: null,
    posterLooks: 0,
    jobId: null,
    outputIndex: null,
    madeBy: null,
    originalUrl: null,
    lateResult: false,
    createdAt: builtAt,
    deletedAt: null,
    ...overrides,
  };
}

export function buildLineageEdge(
  ends: { childId: AssetId; parentId: AssetId },
  overrides: Partial<LineageEdgeRow> = {},
): LineageEdgeRow {
  return {
    relation: 'first_frame',
    position: 0,
    atS: null,
    childId: ends.childId,
    parentId: ends.parentId,
    ...overrides,
  };
}

export function buildEvent(overrides: Partial<NewEvent> = {}): NewEvent {
  const assetId = buildId('asset');
  return {
    id: buildId('event'),
    type: 'asset.created',
    subjectId: assetId,
    workspaceId: builtWorkspace,
    data: { asset_id: assetId, job_id: null, media_type: 'video', origin: 'uploaded', late_result: false },
    createdAt: builtAt,
    ...overrides,
  };
}

export function buildApiKey(userId: UserId, overrides: Partial<ApiKeyRow> = {}): ApiKeyRow {
  return {
    id: buildId('apiKey'),
    workspaceId: builtWorkspace,
    userId,
    scopes,
    label: 'Laptop',
    hash: nextNumber().toString(16).padStart(64, '0'),
    createdAt: builtAt,
    expiresAt: null,
    ...overrides,
  };
}
