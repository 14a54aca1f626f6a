import { onOrOff, orNull, secondsRange, wholeNumber } from '../control/settings.ts';
import type { SettingField, SettingFields } from '../control/settings.ts';
import { isLoopback } from '../http/loopback.ts';
import { replyHours } from './store.ts';
import { templatesActiveAtStart } from './templates.ts';
import { webhookKeyOrders } from './webhooks.ts';
import type { Webhook, WebhookKeyOrder } from './webhooks.ts';

/** Named as in `POST /_emulator/settings`. */
export interface PixverseSettings {
  /** Render times are drawn evenly from this range, in seconds. */
  render_seconds: readonly [number, number];
  /** Running generations of one account. */
  max_concurrent: number;
  /** `credit_monthly` of new accounts; setting it gives every account this many now. */
  credits: number;
  /** `credit_package`, likewise. */
  credit_package: number;
  /** A repeated trace id gets the first reply again. PixVerse documents that much; the rest are choices. */
  replay_posts: boolean;
  replay_gets: boolean;
  /** Errors are not remembered unless this is on. */
  replay_errors: boolean;
  /** Whether the first reply is repeated even for another body. */
  replay_changed_bodies: boolean;
  /** Whether a request waits for one with the same trace id that is being answered. */
  coalesce_in_flight: boolean;
  replay_hours: number;
  /** Seconds after the end of a generation for which its file can be fetched; null is forever. */
  url_expiry_seconds: number | null;
  /** Effects that are activated; all other template ids are refused. */
  active_templates: readonly string[];
  /** PixVerse keeps these in its dashboard. */
  webhooks: readonly Webhook[];
  /** The form of the signature, of those that are documented. */
  webhook_key_order: WebhookKeyOrder;
}

const templateIds: SettingField<readonly string[]> = {
  allowed: 'an array of template ids, as strings of digits',
  read: (value) =>
    Array.isArray(value) && value.every((id) => typeof id === 'string' && /^\d+$/.test(id))
      ? (value as string[])
      : undefined,
};

const webhookList: SettingField<readonly Webhook[]> = {
  allowed: 'an array of { id, url, secret }, each url on a loopback address',
  read: (value) => (Array.isArray(value) && value.every(isWebhook) ? value : undefined),
};

function isWebhook(value: unknown): value is Webhook {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  const { id, url, secret } = value as Record<string, unknown>;
  return typeof id === 'string' && typeof secret === 'string' && typeof url === 'string' && isLoopback(url);
}

const keyOrder: SettingField<WebhookKeyOrder> = {
  allowed: `one of: ${webhookKeyOrders.join(', ')}`,
  read: (value) => webhookKeyOrders.find((known) => known === value),
};

export const pixverseSettingFields: SettingFields<PixverseSettings> = {
  render_seconds: secondsRange,
  max_concurrent: wholeNumber(1, 10_000),
  credits: wholeNumber(0, 1_000_000_000),
  credit_package: wholeNumber(0, 1_000_000_000),
  replay_posts: onOrOff,
  replay_gets: onOrOff,
  replay_errors: onOrOff,
  replay_changed_bodies: onOrOff,
  coalesce_in_flight: onOrOff,
  replay_hours: wholeNumber(0, replyHours),
  url_expiry_seconds: orNull(wholeNumber(0, 1_000_000_000)),
  active_templates: templateIds,
  webhooks: webhookList,
  webhook_key_order: keyOrder,
};

/** Credits and concurrency as in PixVerse's Essential plan (August 2025). */
export const defaultPixverseSettings: PixverseSettings = {
  render_seconds: [2, 6],
  max_concurrent: 5,
  credits: 15_000,
  credit_package: 0,
  replay_posts: true,
  replay_gets: true,
  replay_errors: false,
  replay_changed_bodies: true,
  coalesce_in_flight: true,
  replay_hours: replyHours,
  url_expiry_seconds: null,
  active_templates: templatesActiveAtStart,
  webhooks: [],
  webhook_key_order: 'sorted',
};
