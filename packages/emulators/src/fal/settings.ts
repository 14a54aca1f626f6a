import { onOrOff, secondsRange, wholeNumber } from '../control/settings.ts';
import type { SettingFields } from '../control/settings.ts';

/** Named as in `POST /_emulator/settings`. */
export interface FalSettings {
  /** Render times are drawn evenly from this range, in seconds. */
  render_seconds: readonly [number, number];
  /** Running requests of one account; more wait in the queue. */
  max_concurrent: number;
  /** US cents of new accounts; setting it gives every account this many now. */
  credits: number;
  /** Whether a model's refusal is the answer of the submit already. The real queue accepts first and asks the model then. */
  refuse_at_submit: boolean;
  /** Whether a running request stops when it is cancelled. fal leaves that to the model. */
  obey_cancel: boolean;
  /** Whether a dropped request is unknown afterwards, instead of `COMPLETED` with an error. Both occur. */
  forget_dropped: boolean;
  /** Deliveries of each webhook. */
  webhook_copies: number;
  /** Age of a webhook's timestamp when it leaves. */
  webhook_age_seconds: number;
  webhook_bad_signature: boolean;
  /** Whether a submit is answered only when everything that has ended was reported. */
  webhook_before_reply: boolean;
  /** The number of the key that signs, from 1; a higher number is a change of keys, and the one before stays published. */
  webhook_key: number;
}

export const falSettingFields: SettingFields<FalSettings> = {
  render_seconds: secondsRange,
  max_concurrent: wholeNumber(1, 10_000),
  credits: wholeNumber(0, 1_000_000_000),
  refuse_at_submit: onOrOff,
  obey_cancel: onOrOff,
  forget_dropped: onOrOff,
  webhook_copies: wholeNumber(1, 10),
  webhook_age_seconds: wholeNumber(0, 1_000_000),
  webhook_bad_signature: onOrOff,
  webhook_before_reply: onOrOff,
  webhook_key: wholeNumber(1, 1_000),
};

/** Concurrency as of a new account of fal (November 2026); a hundred dollars. */
export const defaultFalSettings: FalSettings = {
  render_seconds: [2, 6],
  max_concurrent: 2,
  credits: 10_000,
  refuse_at_submit: false,
  obey_cancel: false,
  forget_dropped: false,
  webhook_copies: 1,
  webhook_age_seconds: 0,
  webhook_bad_signature: false,
  webhook_before_reply: false,
  webhook_key: 1,
};
