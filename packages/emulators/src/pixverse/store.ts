import type { Recipe } from '../render/recipe.ts';
import { createAccountRows } from '../storage/account-rows.ts';
import { openJournalStore } from '../storage/journal-store.ts';
import type { JournalStore } from '../storage/journal-store.ts';
import type { CreationType, CreditsStatus, Operation } from './capabilities.ts';
import type { Reply } from './error-codes.ts';
import type { Outcome } from './triggers.ts';

export interface Account {
  readonly apiKey: string;
  readonly accountId: number;
  /** Credits that the account was given, before anything was spent. */
  readonly creditMonthly: number;
  readonly creditPackage: number;
}

export interface ImageUpload {
  readonly id: string;
  readonly apiKey: string;
  /** Name in the upload directory. */
  readonly file: string;
  /** As its sender called it; journals of before have no names. */
  readonly name?: string;
  readonly width: number;
  readonly height: number;
}

export interface MediaUpload {
  readonly id: string;
  readonly apiKey: string;
  readonly file: string;
  /** As its sender called it; journals of before have no names. */
  readonly name?: string;
  readonly mediaType: 'video' | 'audio';
  /** Of the picture; 0 for audio. */
  readonly width: number;
  readonly height: number;
  readonly seconds: number;
}

/** Of a picture that a template made. */
export interface PictureFacts {
  readonly templateId: string;
  readonly imageIds: readonly string[];
  /** Names in the upload directory. */
  readonly files: readonly string[];
}

/** A voice that an account made from a recording. */
export interface Speaker {
  readonly id: string;
  readonly apiKey: string;
  readonly name: string;
}

/** The masks that were found in one frame of a video. */
export interface MaskSelection {
  readonly id: string;
  readonly apiKey: string;
  /** The video, as `Source` names it. */
  readonly sourceKey: string;
  readonly keyframe: number;
  /** Of the video, to draw the frame from. */
  readonly recipe: Recipe;
  readonly masks: readonly { readonly id: string; readonly name: MaskName }[];
  readonly credits: number;
  readonly createdAt: number;
}

export const maskNames = ['person', 'object', 'background'] as const;
export type MaskName = (typeof maskNames)[number];

/** Credits that somebody else spent or got back with the same account. */
export interface ForeignCharge {
  readonly id: string;
  readonly apiKey: string;
  readonly creationType: CreationType;
  readonly status: CreditsStatus;
  readonly credits: number;
  readonly at: number;
}

export interface Generation {
  readonly id: string;
  readonly apiKey: string;
  readonly traceId: string;
  readonly operation: Operation;
  readonly prompt: string;
  readonly negativePrompt: string;
  readonly seed: number;
  readonly style: string;
  /** Lines of the picture by its quality's name, such as 720. */
  readonly resolution: number;
  readonly credits: number;
  readonly recipe: Recipe;
  /** Of a picture; a video has none, as in journals of before. */
  readonly picture?: PictureFacts;
  /** Milliseconds since 1970, like all times here. */
  readonly createdAt: number;
  /** Infinity is no JSON: null is a generation that never ends. */
  readonly endsAt: number | null;
  readonly outcome: Outcome;
  readonly strangeStatus: number | null;
  /** The webhook that its end goes to. */
  readonly webhookId: string | null;
}

export interface StoredReply {
  readonly key: string;
  readonly bodyHash: string;
  readonly reply: Reply;
  readonly at: number;
}

/** Everything that ever changes is one of these facts. */
export type Entry =
  | { readonly kind: 'account_opened'; readonly account: Account }
  | {
      readonly kind: 'credits_set';
      readonly apiKey: string;
      readonly creditMonthly: number;
      readonly creditPackage: number;
    }
  | { readonly kind: 'image_uploaded'; readonly image: ImageUpload }
  | { readonly kind: 'media_uploaded'; readonly media: MediaUpload }
  | { readonly kind: 'generation_accepted'; readonly generation: Generation; readonly running: number }
  | { readonly kind: 'speaker_made'; readonly speaker: Speaker }
  | { readonly kind: 'speaker_deleted'; readonly id: string }
  | { readonly kind: 'audio_verified'; readonly id: string }
  | { readonly kind: 'masks_selected'; readonly selection: MaskSelection }
  | { readonly kind: 'charged_elsewhere'; readonly charge: ForeignCharge }
  | { readonly kind: 'render_failed'; readonly id: string }
  /** Taken by its receiver, or given up. */
  | { readonly kind: 'webhook_ended'; readonly id: string }
  | { readonly kind: 'reply_stored'; readonly stored: StoredReply };

export interface Store extends JournalStore<Entry> {
  readonly accounts: ReadonlyMap<string, Account>;
  readonly images: ReadonlyMap<string, ImageUpload>;
  readonly media: ReadonlyMap<string, MediaUpload>;
  readonly generations: ReadonlyMap<string, Generation>;
  readonly speakers: ReadonlyMap<string, Speaker>;
  /** Ids of media. */
  readonly verifiedAudio: ReadonlySet<string>;
  readonly maskSelections: ReadonlyMap<string, MaskSelection>;
  readonly foreignCharges: ReadonlyMap<string, ForeignCharge>;
  readonly replies: ReadonlyMap<string, StoredReply>;
  /** The most generations that the account had running at a time. */
  maxRunningOf(apiKey: string): number;
  /** In the order of acceptance. */
  generationsOf(apiKey: string): readonly Generation[];
  /** Generations whose end a webhook still has to tell. */
  unannounced(): readonly Generation[];
}

/** The items of one account, in the order in which they came. */
export function ownedBy<Item extends { readonly apiKey: string }>(
  apiKey: string,
  items: ReadonlyMap<string, Item>,
): Item[] {
  return [...items.values()].filter((item) => item.apiKey === apiKey);
}

/** Replies are forgotten after this: every poll leaves one, so they would fill the memory. */
export const replyHours = 24;
const replyMilliseconds = replyHours * 60 * 60 * 1000;

/** `file` null keeps everything in memory. */
export function openStore(file: string | null, now: number): Store {
  const accounts = new Map<string, Account>();
  const images = new Map<string, ImageUpload>();
  const media = new Map<string, MediaUpload>();
  const generations = createAccountRows<Generation>();
  const replies = new Map<string, StoredReply>();
  const unannounced = new Set<string>();
  const speakers = new Map<string, Speaker>();
  const verifiedAudio = new Set<string>();
  const maskSelections = new Map<string, MaskSelection>();
  const foreignCharges = new Map<string, ForeignCharge>();

  function apply(entry: Entry): void {
    switch (entry.kind) {
      case 'account_opened':
        accounts.set(entry.account.apiKey, entry.account);
        return;
      case 'credits_set': {
        const account = accounts.get(entry.apiKey);
        if (account !== undefined) {
          const { creditMonthly, creditPackage } = entry;
          accounts.set(entry.apiKey, { ...account, creditMonthly, creditPackage });
        }
        return;
      }
      case 'image_uploaded':
        images.set(entry.image.id, entry.image);
        return;
      case 'media_uploaded':
        media.set(entry.media.id, entry.media);
        return;
      case 'generation_accepted': {
        const { generation, running } = entry;
        generations.add(generation);
        generations.noteRunning(generation.apiKey, running);
        if (generation.webhookId !== null) {
          unannounced.add(generation.id);
        }
        return;
      }
      case 'speaker_made':
        speakers.set(entry.speaker.id, entry.speaker);
        return;
      case 'speaker_deleted':
        speakers.delete(entry.id);
        return;
      case 'audio_verified':
        verifiedAudio.add(entry.id);
        return;
      case 'masks_selected':
        maskSelections.set(entry.selection.id, entry.selection);
        return;
      case 'charged_elsewhere':
        foreignCharges.set(entry.charge.id, entry.charge);
        return;
      case 'webhook_ended':
        unannounced.delete(entry.id);
        return;
      case 'render_failed':
        generations.change(entry.id, { outcome: 'failed' });
        return;
      case 'reply_stored':
        // Re-inserted, so that the map stays in the order of age.
        replies.delete(entry.stored.key);
        replies.set(entry.stored.key, entry.stored);
        forgetReplies(entry.stored.at - replyMilliseconds);
    }
  }

  function forgetReplies(oldest: number): void {
    for (const [key, stored] of replies) {
      if (stored.at > oldest) {
        return;
      }
      replies.delete(key);
    }
  }

  return {
    accounts,
    images,
    media,
    generations: generations.byId,
    speakers,
    verifiedAudio,
    maskSelections,
    foreignCharges,
    replies,
    maxRunningOf: generations.maxRunningOf,
    unannounced: () => [...unannounced].flatMap((id) => generations.byId.get(id) ?? []),
    generationsOf: generations.ofAccount,
    ...openJournalStore<Entry>(
      file,
      apply,
      (entry) => entry.kind !== 'reply_stored' || entry.stored.at > now - replyMilliseconds,
    ),
  };
}
