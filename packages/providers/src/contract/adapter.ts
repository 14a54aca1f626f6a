import type { ChoiceKind, MediaType, OperationType, ProviderManifest, VideoStatus } from '@pixsim7/contracts';
import type { ProviderEndpoint } from './endpoint.ts';
import type { ProviderCallError } from './errors.ts';
import type { JsonObject } from './json.ts';
import type { InputSlot, MappedRequest, MapParameters } from './mapping.ts';
import type { WebhookReceiver } from './webhook.ts';

/** The part of an account that an adapter sees: enough to talk, nothing to decide. */
export interface AccountAccess {
  readonly accountId: string;
  readonly credentials: Readonly<Record<string, string>>;
  /** Overrides the provider's own address, e.g. for an emulator. */
  readonly baseUrl: string | null;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
}

export interface StatusOptions extends CallOptions {
  /** The provider took a cancellation of this job. Some then no longer know the job, which is its end and no mystery. */
  readonly cancelAsked?: boolean;
}

/** A file of ours that has to become an input of the provider. */
export interface InputFile {
  readonly assetId: string;
  readonly mediaType: MediaType;
  readonly mimeType: string;
  readonly bytes: number;
  readonly fileName: string;
  /** Opens the bytes; a blob so that an upload can be streamed and repeated. */
  open(): Promise<Blob>;
  /** Set when a provider made this file, so that an adapter can name it instead of uploading it. */
  readonly madeBy: {
    readonly providerId: string;
    readonly accountId: string;
    readonly providerJobId: string;
  } | null;
}

/** The provider's name for a file of ours. `reference` is the adapter's own and survives JSON. */
export interface ResolvedInput {
  readonly reference: JsonObject;
  /** Whether the reference may be used again for the same file and account. */
  readonly reusable: boolean;
  /** RFC 3339; null when the provider documents no expiry. */
  readonly expiresAt: string | null;
}

/** The context of a request besides its parameters and inputs. */
export interface RequestContext {
  readonly account: AccountAccess;
  /** The provider may report the end of this attempt to this address; null when it cannot reach us. */
  readonly webhookUrl: string | null;
}

/** The request as it goes over the wire; stored before it is sent. */
export interface ProviderRequest {
  readonly endpoint: ProviderEndpoint;
  /** The exact JSON text. */
  readonly body: string;
  /** The same for reading: integers beyond 2^53 are decimal strings here. */
  readonly payload: JsonObject;
}

export type GenerationResult =
  | {
      readonly outcome: 'accepted';
      /** A string whatever the wire says: provider ids exceed 2^53. */
      readonly providerJobId: string;
      /** Opaque, JSON; all that `checkStatus` needs. */
      readonly handle: JsonObject;
      /** The provider's own figure of its charge, when it gives one at once. */
      readonly credits: number | null;
    }
  /** Nothing was created, for certain. */
  | { readonly outcome: 'rejected'; readonly error: ProviderCallError }
  /** Something may have been created. */
  | { readonly outcome: 'unknown'; readonly evidence: string; readonly error: ProviderCallError };

/** Facts about a file as the provider says them. A hint: the server reads the file itself. */
export interface OutputFacts {
  readonly bytes?: number;
  /** In pixels. */
  readonly width?: number;
  readonly height?: number;
}

export interface ProviderOutput {
  readonly url: string;
  readonly mediaType: MediaType;
  /** RFC 3339; null when the provider documents no expiry. */
  readonly expiresAt: string | null;
  /** Absent when the provider says nothing. */
  readonly facts?: OutputFacts;
  /** The provider's name for this output, where it is not that of its job: a later request may refer to it. */
  readonly id?: string;
  /** The provider's word for what it shows. */
  readonly name?: string;
}

/** The state of a job at one moment, as the provider says it. A pure read: asking twice changes nothing. */
export interface VideoStatusResult {
  /** null: a status that the adapter does not know. It is recorded raw and never ends a job. */
  readonly status: VideoStatus | null;
  readonly rawStatus: string;
  /** 0 to 1, only when the provider says so. */
  readonly progress: number | null;
  readonly queuePosition: number | null;
  readonly outputs: readonly ProviderOutput[];
  /** Set for `failed` and `filtered`. */
  readonly error: ProviderCallError | null;
  /** The provider's own figure of its charge. */
  readonly credits: number | null;
}

export interface BalanceResult {
  readonly amount: number;
  readonly unit: string;
  /** The pools that make up the amount, e.g. monthly and bought credits. */
  readonly pools: Readonly<Record<string, number>>;
}

/** Something that lives at the provider, whose id a parameter takes. */
export interface ProviderChoice {
  readonly id: string;
  readonly name: string;
  readonly coverUrl: string | null;
  /** Pictures that an effect takes; null where the provider does not say. */
  readonly images: number | null;
}

export interface ProviderChoicePage {
  readonly choices: readonly ProviderChoice[];
  /** The number of the next page; null at the end. */
  readonly next: number | null;
}

/**
 * `cancelled` stops the money, `too_late` does not: the attempt goes on to its end. `requested` says that the provider was
 * told and promises nothing: the next status tells what came of it.
 */
export type CancelResult = { readonly outcome: 'cancelled' | 'requested' | 'too_late' };

/**
 * A provider behind one shape. An adapter maps parameters, calls the API and translates errors and statuses. It selects
 * no account, writes no row, creates no asset, retries no paid call and owns no timer.
 *
 * `execute` reports everything as a value. The other calls throw a `ProviderCallError`; a caller treats a throw of a
 * read as "cannot see", never as "failed".
 *
 * `Plan` is the adapter's own type for a mapped request; everybody else sees `unknown` and hands it back as it is.
 */
export interface ProviderAdapter<Plan = unknown> {
  readonly id: string;
  readonly manifest: ProviderManifest;
  readonly mapParameters: MapParameters<Plan>;
  /** Makes a file known to the provider. */
  resolveInput(
    account: AccountAccess,
    slot: InputSlot,
    file: InputFile,
    options?: CallOptions,
  ): Promise<ResolvedInput>;
  /** Pure: fills the slots by name and writes the request down. */
  buildRequest(
    mapped: MappedRequest<Plan>,
    inputs: ReadonlyMap<string, ResolvedInput>,
    context: RequestContext,
  ): ProviderRequest;
  /**
   * Sends a request once.
   *
   * @param token the idempotency token of the attempt; the same token again never starts a second generation where the
   *   manifest says `idempotency: 'token'`
   */
  execute(
    operation: OperationType,
    account: AccountAccess,
    request: ProviderRequest,
    token: string,
    options?: CallOptions,
  ): Promise<GenerationResult>;
  checkStatus(
    account: AccountAccess,
    handle: JsonObject,
    options?: StatusOptions,
  ): Promise<VideoStatusResult>;
  /** Absent when the provider cannot stop a job. */
  cancel?(account: AccountAccess, handle: JsonObject, options?: CallOptions): Promise<CancelResult>;
  /** Absent when the provider sends no webhooks. */
  readonly webhook?: WebhookReceiver;
  /**
   * A page of the things that an account can choose from, counted from 1. Absent when no parameter takes a choice.
   */
  choices?(
    account: AccountAccess,
    kind: ChoiceKind,
    page: number,
    options?: CallOptions,
  ): Promise<ProviderChoicePage>;
  /** Absent when the provider publishes no balance. */
  balance?(account: AccountAccess, options?: CallOptions): Promise<BalanceResult>;
}

/** The dependencies of an adapter. */
export interface AdapterDependencies {
  readonly fetch: typeof globalThis.fetch;
  /** Makes a UUID, for calls that carry a token of their own. */
  readonly createUuid: () => string;
}
