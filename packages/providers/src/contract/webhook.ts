import type { OperationType } from '@pixsim7/contracts';
import type { AccountAccess, CallOptions } from './adapter.ts';
import type { JsonObject } from './json.ts';

/** A webhook as it arrived. Signatures cover the raw bytes, so nothing has parsed them yet. */
export interface WebhookDelivery {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Milliseconds since 1970 when it arrived; the replay window is measured from here. */
  readonly receivedAt: number;
}

/** Why a delivery was not believed. */
export const webhookRefusalReasons = [
  'not_configured',
  'unsigned',
  'wrong_signature',
  'outside_replay_window',
  'malformed',
] as const;
export type WebhookRefusalReason = (typeof webhookRefusalReasons)[number];

/**
 * The worth of a delivery. `notice` says only that something happened to a job: it wakes a check and decides nothing.
 */
export type WebhookResult =
  | {
      readonly outcome: 'notice';
      readonly providerJobId: string;
      /** Equal for repeats of the same delivery. */
      readonly deliveryId: string;
      /** Settles an attempt without an answer: the handle that an accepted submit would have given. */
      readonly handle: JsonObject | null;
    }
  | { readonly outcome: 'refused'; readonly reason: WebhookRefusalReason };

/** The webhooks of a provider. Absent when it sends none. */
export interface WebhookReceiver {
  /** The reply that the provider takes for an acknowledgement. */
  readonly acknowledgement: { readonly contentType: string; readonly body: string };
  /** The provider announces the end of these operations; of all when left out. */
  readonly operations?: readonly OperationType[];
  /**
   * Checks the signature over the raw bytes and the replay window, and reads whom the delivery is about.
   *
   * @throws ProviderCallError when keys of the provider that are needed could not be fetched; the provider sends again
   */
  parse(account: AccountAccess, delivery: WebhookDelivery, options?: CallOptions): Promise<WebhookResult>;
}
