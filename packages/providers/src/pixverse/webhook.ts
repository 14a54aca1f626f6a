import { createHmac, timingSafeEqual } from 'node:crypto';
import { JsonNumber, JsonParseError, parseLosslessJson, stringifyLosslessJson } from '@pixsim7/pixverse';
import type { JsonValue } from '@pixsim7/pixverse';
import type { AccountAccess } from '../contract/adapter.ts';
import type { WebhookDelivery, WebhookReceiver, WebhookResult } from '../contract/webhook.ts';

/** The time of a delivery may be off by this many seconds (PixVerse, webhook guide). */
const replayWindowS = 300;

/** The webhooks of PixVerse. Source: its webhook guide; what the guide leaves open is tried in each way that its samples show. */
export const pixverseWebhook: WebhookReceiver = {
  // Anything else, even with status 200, is sent again.
  acknowledgement: { contentType: 'text/plain', body: 'ok' },
  operations: ['text_to_video', 'image_to_video'],
  async parse(account: AccountAccess, delivery: WebhookDelivery): Promise<WebhookResult> {
    return parseDelivery(account.credentials['webhook_secret'], delivery);
  },
};

function parseDelivery(secret: string | undefined, delivery: WebhookDelivery): WebhookResult {
  if (secret === undefined || secret === '') {
    return { outcome: 'refused', reason: 'not_configured' };
  }
  const timestamp = delivery.headers['webhook-timestamp'] ?? '';
  const nonce = delivery.headers['webhook-nonce'] ?? '';
  const signature = delivery.headers['webhook-signature'] ?? '';
  if (timestamp === '' || nonce === '' || signature === '') {
    return { outcome: 'refused', reason: 'unsigned' };
  }
  const fields = readFields(delivery.body);
  if (fields === null) {
    return { outcome: 'refused', reason: 'malformed' };
  }
  if (
    !signedTexts(fields).some((text) => isSignature(signature, secret, `${timestamp}\n${nonce}\n${text}`))
  ) {
    return { outcome: 'refused', reason: 'wrong_signature' };
  }
  const ageS = Math.abs(delivery.receivedAt / 1_000 - Number(timestamp));
  // Not "greater than": a timestamp that is no number is outside of every window.
  if (!(ageS <= replayWindowS)) {
    return { outcome: 'refused', reason: 'outside_replay_window' };
  }
  const id = fields.get('id') ?? '';
  if (!/^\d{1,20}$/u.test(id)) {
    return { outcome: 'refused', reason: 'malformed' };
  }
  return {
    outcome: 'notice',
    providerJobId: id,
    // A repeat has a time and a nonce of its own; the guide says to go by the id. A video has one end.
    deliveryId: `${id}/${fields.get('status') ?? ''}`,
    handle: { video_id: id },
  };
}

/** The members of the body in the order of their arrival, each value as the text that is signed. */
function readFields(body: Uint8Array): ReadonlyMap<string, string> | null {
  try {
    const value = parseLosslessJson(new TextDecoder('utf-8', { fatal: true }).decode(body));
    if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof JsonNumber) {
      return null;
    }
    return new Map(Object.entries(value).map(([name, member]) => [name, textOf(member)]));
  } catch (error) {
    if (error instanceof JsonParseError || error instanceof TypeError) {
      return null;
    }
    throw error;
  }
}

/** Numbers as they were written: `10.50` and `10.5` are not the same text. */
function textOf(value: JsonValue): string {
  return typeof value === 'string' ? value : stringifyLosslessJson(value);
}

/**
 * Every text that a sender of PixVerse may have signed: the guide's Go and Java samples sort the members, those in Python and
 * Node keep their order, and the languages differ in which of `!'()*~` they escape.
 */
function signedTexts(fields: ReadonlyMap<string, string>): string[] {
  const arrived = [...fields];
  const sorted = arrived.toSorted(([left], [right]) => (left < right ? -1 : 1));
  return [sorted, arrived].flatMap((members) => [
    members.map(([name, value]) => `${escapeStrictly(name)}=${escapeStrictly(value)}`).join('&'),
    new URLSearchParams(members).toString(),
  ]);
}

/** As Go's `url.QueryEscape` and Python's `quote_plus`: everything but letters, digits and `-_.~`, a space as a plus. */
function escapeStrictly(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replace(/[!'()*]/gu, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}

function isSignature(given: string, secret: string, text: string): boolean {
  const wanted = createHmac('sha256', secret).update(text).digest();
  const bytes = Buffer.from(given, 'base64');
  return bytes.length === wanted.length && timingSafeEqual(bytes, wanted);
}
