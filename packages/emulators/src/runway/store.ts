import type { MediaFacts } from '../media/read-media.ts';
import type { Recipe } from '../render/recipe.ts';
import { createAccountRows } from '../storage/account-rows.ts';
import { openJournalStore } from '../storage/journal-store.ts';
import type { JournalStore } from '../storage/journal-store.ts';

export interface Organization {
  readonly apiKey: string;
  /** Credits that it was given, before anything was spent. */
  readonly credits: number;
}

/** An upload of which the first step is done: a place is kept for its file. */
export interface UploadTicket {
  readonly token: string;
  readonly apiKey: string;
  /** Milliseconds since 1970, like all times here. */
  readonly openedAt: number;
}

/** A file that can be used as an input. */
export interface StoredMedia {
  /** Name in the upload directory. */
  readonly file: string;
  readonly mediaType: 'image' | MediaFacts['mediaType'];
  readonly width: number;
  readonly height: number;
  /** 0 for a picture. */
  readonly seconds: number;
}

export const operations = ['text_to_video', 'image_to_video', 'video_to_video'] as const;
export type Operation = (typeof operations)[number];

export interface Task {
  readonly id: string;
  readonly apiKey: string;
  readonly operation: Operation;
  readonly model: string;
  /** The most that it may cost, and what it does unless it fails or is cancelled. */
  readonly credits: number;
  readonly recipe: Recipe;
  readonly createdAt: number;
  /** Seconds from its start to its end. Infinity is no JSON: null never ends. */
  readonly seconds: number | null;
  /** Null succeeds. */
  readonly failure: { readonly code: string | null } | null;
  readonly throttledPolls: number;
  readonly strangeStatus: string | null;
  readonly hidesCost: boolean;
  /** Null while it waits for others of its model. */
  readonly startedAt: number | null;
  /** `cost` is what remains charged; an unfinished task was cancelled by it. */
  readonly deleted: { readonly at: number; readonly cost: number; readonly wasFinished: boolean } | null;
}

/** Everything that ever changes is one of these facts. */
export type Entry =
  | { readonly kind: 'organization_opened'; readonly organization: Organization }
  | { readonly kind: 'credits_set'; readonly apiKey: string; readonly credits: number }
  | { readonly kind: 'upload_opened'; readonly ticket: UploadTicket }
  | { readonly kind: 'upload_stored'; readonly token: string; readonly media: StoredMedia }
  | { readonly kind: 'task_accepted'; readonly task: Task }
  | { readonly kind: 'task_started'; readonly id: string; readonly at: number; readonly running: number }
  | { readonly kind: 'task_deleted'; readonly id: string; readonly deleted: NonNullable<Task['deleted']> }
  | { readonly kind: 'render_failed'; readonly id: string };

export interface Store extends JournalStore<Entry> {
  readonly organizations: ReadonlyMap<string, Organization>;
  readonly tickets: ReadonlyMap<string, UploadTicket>;
  readonly uploads: ReadonlyMap<string, StoredMedia>;
  readonly tasks: ReadonlyMap<string, Task>;
  /** The most tasks of one model that an organization had running at a time. */
  maxRunningOf(apiKey: string): number;
  /** In the order of acceptance. */
  tasksOf(apiKey: string): readonly Task[];
}

/** `file` null keeps everything in memory. */
export function openStore(file: string | null): Store {
  const organizations = new Map<string, Organization>();
  const tickets = new Map<string, UploadTicket>();
  const uploads = new Map<string, StoredMedia>();
  const tasks = createAccountRows<Task>();

  function apply(entry: Entry): void {
    switch (entry.kind) {
      case 'organization_opened':
        organizations.set(entry.organization.apiKey, entry.organization);
        return;
      case 'credits_set':
        organizations.set(entry.apiKey, { apiKey: entry.apiKey, credits: entry.credits });
        return;
      case 'upload_opened':
        tickets.set(entry.ticket.token, entry.ticket);
        return;
      case 'upload_stored':
        uploads.set(entry.token, entry.media);
        return;
      case 'task_accepted':
        tasks.add(entry.task);
        return;
      case 'task_started': {
        const task = tasks.change(entry.id, { startedAt: entry.at });
        if (task !== undefined) {
          tasks.noteRunning(task.apiKey, entry.running);
        }
        return;
      }
      case 'task_deleted':
        tasks.change(entry.id, { deleted: entry.deleted });
        return;
      case 'render_failed':
        tasks.change(entry.id, { failure: { code: 'INTERNAL' } });
    }
  }

  return {
    organizations,
    tickets,
    uploads,
    tasks: tasks.byId,
    maxRunningOf: tasks.maxRunningOf,
    tasksOf: tasks.ofAccount,
    ...openJournalStore(file, apply),
  };
}
