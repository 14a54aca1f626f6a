import type { JsonWebKey } from 'node:crypto';
import type { Recipe } from '../render/recipe.ts';
import { openJournal } from '../storage/journal.ts';
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
  /** When a cancellation ended it. */
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

export interface Store {
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
  /** Writes the facts down, as one, and only then lets them be seen. */
  commit(entries: readonly Entry[]): void;
  close(): void;
}

/** `file` null keeps everything in memory. */
export function openStore(file: string | null): Store {
  const accounts = new Map<string, Account>();
  const uploads = new Map<string, Upload>();
  const requests = new Map<string, QueuedRequest>();
  const idsByAccount = new Map<string, string[]>();
  const keys: JsonWebKey[] = [];
  const settledWebhooks = new Set<string>();
  const maxRunning = new Map<string, number>();

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
      case 'request_accepted': {
        const { request } = entry;
        requests.set(request.id, request);
        idsByAccount.set(request.apiKey, [...(idsByAccount.get(request.apiKey) ?? []), request.id]);
        return;
      }
      case 'request_started': {
        const { apiKey } = change(entry.id, { startedAt: entry.at });
        maxRunning.set(apiKey, Math.max(maxRunning.get(apiKey) ?? 0, entry.running));
        return;
      }
      case 'request_dropped':
        change(entry.id, { droppedAt: entry.at });
        return;
      case 'render_failed':
        change(entry.id, {
          outcome: { kind: 'error', message: 'The video could not be rendered', type: null },
        });
        return;
      case 'webhook_settled':
        settledWebhooks.add(entry.id);
    }
  }

  function change(id: string, changes: Partial<QueuedRequest>): QueuedRequest {
    const request = requests.get(id);
    if (request === undefined) {
      throw new Error(`There is no request ${id}.`);
    }
    const changed = { ...request, ...changes };
    requests.set(id, changed);
    return changed;
  }

  const { journal, entries } = openJournal<Entry>(file, () => true);
  entries.forEach(apply);

  return {
    accounts,
    uploads,
    requests,
    keys,
    settledWebhooks,
    maxRunningOf: (apiKey) => maxRunning.get(apiKey) ?? 0,
    requestsOf: (apiKey) => (idsByAccount.get(apiKey) ?? []).flatMap((id) => requests.get(id) ?? []),
    commit(group) {
      journal.append(group);
      group.forEach(apply);
    },
    close: () => journal.close(),
  };
}
