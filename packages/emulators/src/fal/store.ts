import type { JsonWebKey } from 'node:crypto';
import type { Recipe } from '../render/recipe.ts';
import { createAccountRows } from '../storage/account-rows.ts';
import { openJournalStore } from '../storage/journal-store.ts';
import type { JournalStore } from '../storage/journal-store.ts';
import type { Outcome } from './triggers.ts';

export interface Account {
  readonly apiKey: string;
  readonly userId: string;
  /** US cents that the account was given, before anything was spent. */
  readonly credits: number;
}

/** A place for a file that was given out; it can be filled once. */
export interface Upload {
  readonly token: string;
  /** Name in the upload directory. */
  readonly file: string;
  readonly contentType: string;
  readonly isThere: boolean;
}

export interface QueuedRequest {
  readonly id: string;
  readonly apiKey: string;
  readonly endpointId: string;
  readonly prompt: string;
  /** US cents, charged when the video is there. */
  readonly credits: number;
  /** Null where there is nothing to show. */
  readonly recipe: Recipe | null;
  readonly outcome: Outcome;
  readonly strangeStatus: string | null;
  /** Milliseconds since 1970, like all times here. */
  readonly acceptedAt: number;
  /** The earliest moment at which it can start. */
  readonly readyAt: number;
  readonly renderSeconds: number;
  /** Null while it waits. */
  readonly startedAt: number | null;
  /** Set when a cancellation ended it. */
  readonly droppedAt: number | null;
  readonly webhookUrl: string | null;
  readonly withoutPayload: boolean;
}

/** Everything that ever changes is one of these facts. */
export type Entry =
  | { readonly kind: 'account_opened'; readonly account: Account }
  | { readonly kind: 'credits_set'; readonly apiKey: string; readonly credits: number }
  | { readonly kind: 'key_made'; readonly privateKey: JsonWebKey }
  | { readonly kind: 'upload_announced'; readonly upload: Upload }
  | { readonly kind: 'upload_stored'; readonly token: string }
  | { readonly kind: 'request_accepted'; readonly request: QueuedRequest }
  | { readonly kind: 'request_started'; readonly id: string; readonly at: number; readonly running: number }
  | { readonly kind: 'request_dropped'; readonly id: string; readonly at: number }
  | { readonly kind: 'render_failed'; readonly id: string }
  | { readonly kind: 'webhook_settled'; readonly id: string };

export interface Store extends JournalStore<Entry> {
  readonly accounts: ReadonlyMap<string, Account>;
  readonly uploads: ReadonlyMap<string, Upload>;
  readonly requests: ReadonlyMap<string, QueuedRequest>;
  /** Private keys that webhooks are signed with, oldest first. */
  readonly keys: readonly JsonWebKey[];
  /** Requests whose webhook was delivered, or given up. */
  readonly settledWebhooks: ReadonlySet<string>;
  /** The most requests that the account had running at a time. */
  maxRunningOf(apiKey: string): number;
  /** In the order of acceptance. */
  requestsOf(apiKey: string): readonly QueuedRequest[];
}

/** `file` null keeps everything in memory. */
export function openStore(file: string | null): Store {
  const accounts = new Map<string, Account>();
  const uploads = new Map<string, Upload>();
  const requests = createAccountRows<QueuedRequest>();
  const keys: JsonWebKey[] = [];
  const settledWebhooks = new Set<string>();

  function apply(entry: Entry): void {
    switch (entry.kind) {
      case 'account_opened':
        accounts.set(entry.account.apiKey, entry.account);
        return;
      case 'credits_set': {
        const account = accounts.get(entry.apiKey);
        if (account !== undefined) {
          accounts.set(entry.apiKey, { ...account, credits: entry.credits });
        }
        return;
      }
      case 'key_made':
        keys.push(entry.privateKey);
        return;
      case 'upload_announced':
        uploads.set(entry.upload.token, entry.upload);
        return;
      case 'upload_stored': {
        const upload = uploads.get(entry.token);
        if (upload !== undefined) {
          uploads.set(entry.token, { ...upload, isThere: true });
        }
        return;
      }
      case 'request_accepted':
        requests.add(entry.request);
        return;
      case 'request_started': {
        const request = requests.change(entry.id, { startedAt: entry.at });
        if (request !== undefined) {
          requests.noteRunning(request.apiKey, entry.running);
        }
        return;
      }
      case 'request_dropped':
        requests.change(entry.id, { droppedAt: entry.at });
        return;
      case 'render_failed':
        requests.change(entry.id, {
          outcome: { kind: 'error', message: 'The video could not be rendered', type: null },
        });
        return;
      case 'webhook_settled':
        settledWebhooks.add(entry.id);
    }
  }

  return {
    accounts,
    uploads,
    requests: requests.byId,
    keys,
    settledWebhooks,
    maxRunningOf: requests.maxRunningOf,
    requestsOf: requests.ofAccount,
    ...openJournalStore(file, apply),
  };
}
