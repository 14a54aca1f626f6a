/**
 * The closed lists of the design. The same words stand in code, API, database, logs and docs, so a new word is added
 * here first and every exhaustive switch then names the places that have to know it.
 */

/**
 * Kinds of generation that a user can ask for. Most make a video. Two make images: `mask_selection` finds the things that a
 * frame of a video shows, for a swap, and `image_effect` applies a template to pictures.
 */
export const operationTypes = [
  'text_to_video',
  'image_to_video',
  'video_extend',
  'video_transition',
  'fusion',
  'lip_sync',
  'sound_effect',
  'restyle',
  'video_modify',
  'swap',
  'motion_control',
  'upscale',
  'effect',
  'avatar',
  'mask_selection',
  'image_effect',
] as const;
/** A kind of generation. */
export type OperationType = (typeof operationTypes)[number];

/** The status of a job; the last three are final. */
export const jobStatuses = ['pending', 'processing', 'completed', 'failed', 'cancelled'] as const;
/** The status of a job. */
export type JobStatus = (typeof jobStatuses)[number];

/** Statuses that never change again. A retry of a finished job is a new job with `retry_of`. */
export const terminalJobStatuses = ['completed', 'failed', 'cancelled'] as const;
/** A status in which a job never changes again. */
export type TerminalJobStatus = (typeof terminalJobStatuses)[number];

/** Whether a job of this status is over. */
export function isTerminalJobStatus(status: JobStatus): status is TerminalJobStatus {
  return status === 'completed' || status === 'failed' || status === 'cancelled';
}

/**
 * The finer state of a job within its status, for a progress card.
 *
 * - `queued`: waits to be dispatched, `wait` says for what
 * - `preparing`: has its slot, inputs are being uploaded to the provider
 * - `submitting`: the request may be on the wire
 * - `confirming`: the submit got no answer; the provider is asked with the same idempotency token
 * - `generating`: the provider works on it
 * - `storing`: the provider is done, the file is being fetched and checked
 * - `needs_attention`: nobody can tell whether the provider has it; a person decides
 * - `finished`: terminal
 */
export const jobStages = [
  'queued',
  'preparing',
  'submitting',
  'confirming',
  'generating',
  'storing',
  'needs_attention',
  'finished',
] as const;
/** The state of a job within its status. */
export type JobStage = (typeof jobStages)[number];

/** Why a pending job is not running yet. */
export const waitReasons = ['slot', 'credits', 'cooldown', 'schedule', 'account', 'backoff'] as const;
/** The reason for which a pending job waits. */
export type WaitReason = (typeof waitReasons)[number];

/** In place of a provider's name: the rules pick one of several. No provider can have this name. */
export const automaticProvider = 'auto';

/**
 * The state of a candidate for a job that can run at one of several providers.
 *
 * - `possible`: could take it; the reason says what it waits for there, or why another one was preferred
 * - `chosen`: has it, or had it last
 * - `refused`: cannot make this; nothing was sent there
 * - `rejected`: was asked, created nothing for certain, and is not asked again
 */
export const routeStates = ['possible', 'chosen', 'refused', 'rejected'] as const;
export type RouteState = (typeof routeStates)[number];

/**
 * One attempt of a job at a provider.
 *
 * `timed_out` is not an end: its job has failed, and the provider is still asked, because a late video was paid for.
 */
export const submissionStates = [
  'prepared',
  'unknown',
  'accepted',
  'succeeded',
  'stored',
  'failed',
  'filtered',
  'gone',
  'timed_out',
  'cancelled',
  'rejected',
] as const;
/** The state of an attempt. */
export type SubmissionState = (typeof submissionStates)[number];

/** Statuses of a provider's own job. */
export const videoStatuses = [
  'pending',
  'processing',
  'completed',
  'failed',
  'filtered',
  'cancelled',
] as const;
export type VideoStatus = (typeof videoStatuses)[number];

/** Whether an account can be used: `exhausted` has no credits, `disabled` was refused. */
export const accountStatuses = ['active', 'exhausted', 'cooldown', 'disabled'] as const;
/** The status of an account. */
export type AccountStatus = (typeof accountStatuses)[number];

/** The origin of an asset. */
export const assetOrigins = ['generated', 'uploaded', 'imported'] as const;
/** The origin of an asset. */
export type AssetOrigin = (typeof assetOrigins)[number];

/**
 * - `stored`: the bytes are ours, and checked
 * - `unprobed`: the bytes are ours and were paid for, and nobody could look into them; to be downloaded, not to be used
 * - `deleted`: a tombstone
 */
export const assetStates = ['pending', 'stored', 'unprobed', 'failed', 'deleted'] as const;
/** Whether an asset has its bytes, and whether they could be read. */
export type AssetState = (typeof assetStates)[number];

/**
 * - `pending`: it is being made
 * - `made`: it is there
 * - `failed`: none could be made of this file here
 * - `none`: the file has no picture, or could not be read, or is older than this answer
 */
export const posterStates = ['pending', 'made', 'failed', 'none'] as const;
/** Whether an asset has a poster, or will have one. */
export type PosterState = (typeof posterStates)[number];

/** Kinds of media. */
export const mediaTypes = ['video', 'image', 'audio'] as const;
/** A kind of media. */
export type MediaType = (typeof mediaTypes)[number];

/** The role of an input in a job. */
export const inputRoles = [
  'first_frame',
  'last_frame',
  'keyframe',
  'subject',
  'background',
  'reference',
  'source',
  'audio',
  'motion',
  'mask',
] as const;
export type InputRole = (typeof inputRoles)[number];

/**
 * The evidence for a limit that the provider's own reference does not state.
 *
 * - `observed`: its replies and several independent public integrations enforce it
 * - `inferred`: it follows from something else, and may be wrong
 */
export const evidenceGrades = ['observed', 'inferred'] as const;
export type EvidenceGrade = (typeof evidenceGrades)[number];

/**
 * The relation of a child asset to its parent: the role that the parent had, or for a source what was done to it.
 */
export const lineageRelations = [
  'first_frame',
  'last_frame',
  'keyframe',
  'subject',
  'background',
  'reference',
  'audio',
  'motion',
  'mask',
  'extends',
  'lip_syncs',
  'adds_sound_to',
  'restyles',
  'modifies',
  'swaps_in',
  'upscales',
  'mask_of',
  'frame_of',
] as const;
export type LineageRelation = (typeof lineageRelations)[number];

/** Kinds of things that live at a provider and that a parameter can name. */
export const choiceKinds = ['voices', 'styles', 'effects', 'image_effects'] as const;
export type ChoiceKind = (typeof choiceKinds)[number];

/** Entries of the ledger: a hold is ended by a settlement or a release. */
export const creditEntryKinds = ['hold', 'settle', 'release'] as const;
export type CreditEntryKind = (typeof creditEntryKinds)[number];

/** Whether something cost money. `unknown` is an answer of its own and is never shown as `no`. */
export const chargedAnswers = ['yes', 'no', 'unknown'] as const;
export type Charged = (typeof chargedAnswers)[number];

/** The steps of workers, each over one row. */
export const workerSteps = ['dispatch', 'submit', 'check', 'ingest', 'poster', 'deliver'] as const;
export type WorkerStep = (typeof workerSteps)[number];

/** Why a person has to decide about a job. */
export const attentionReasons = ['outcome_unknown'] as const;
export type AttentionReason = (typeof attentionReasons)[number];

/** Decisions that a person can make. */
export const attentionActions = ['resend', 'give_up', 'cancel'] as const;
export type AttentionAction = (typeof attentionActions)[number];

/** Types of events about jobs; `job.needs_attention` asks for a decision. */
export const jobEventTypes = [
  'job.created',
  'job.updated',
  'job.needs_attention',
  'job.completed',
  'job.failed',
  'job.cancelled',
] as const;
export type JobEventType = (typeof jobEventTypes)[number];
/** Types of events about assets. */
export const assetEventTypes = ['asset.created', 'asset.updated', 'asset.deleted'] as const;
export type AssetEventType = (typeof assetEventTypes)[number];
/** Types of events about accounts. */
export const accountEventTypes = ['account.created', 'account.updated', 'account.deleted'] as const;
export type AccountEventType = (typeof accountEventTypes)[number];
/** Types of all events. */
export const eventTypes = [...jobEventTypes, ...assetEventTypes, ...accountEventTypes] as const;
/** The type of an event. */
export type EventType = (typeof eventTypes)[number];

/**
 * Why a server that PixSim7 stands on (database, Redis, storage) cannot be used. Programs and alerts may go by these
 * words; `docs/guides/production.md` says what to do about each.
 */
export const troubleCodes = [
  // It is not there.
  'host_unknown',
  'connection_refused',
  'no_answer',
  'connection_lost',
  'starting',
  // It is there and refuses.
  'tls_failed',
  'login_refused',
  'rights_missing',
  'channel_rights_missing',
  'read_only',
  'memory_full',
  'disk_full',
  'cannot_save',
  'too_many_connections',
  'pooler_refused',
  'locked',
  'overloaded',
  'protected_mode',
  'refused',
  // It is not what PixSim7 needs.
  'not_found',
  'tables_missing',
  'newer_tables',
  'wrong_encoding',
  'version_too_old',
  'cluster_mode',
  // Not known; the log has the error.
  'unknown',
] as const;
export type TroubleCode = (typeof troubleCodes)[number];

const absenceCodes: readonly TroubleCode[] = [
  'host_unknown',
  'connection_refused',
  'no_answer',
  'connection_lost',
  'starting',
  'unknown',
];

/** Whether a server is away, as opposed to one that answers and refuses. */
export function isAbsence(code: TroubleCode): boolean {
  return absenceCodes.includes(code);
}
