import type { ResultVideos } from '../render/result-videos.ts';
import type { FalSettings } from './settings.ts';
import type { QueuedRequest, Store } from './store.ts';
import type { WebhookSender } from './webhooks/sender.ts';

/** The parts that all endpoints of one running emulator share. */
export interface Emulation {
  readonly store: Store;
  readonly settings: FalSettings;
  readonly uploadDirectory: string;
  readonly clock: () => number;
  readonly random: () => number;
  readonly videos: ResultVideos;
  readonly webhooks: WebhookSender;
  /** Width and height of videos are divided by this. */
  readonly sizeDivisor: number;
  /** Of the server, without a slash at the end; known once it listens. */
  url(): string;
  /** Fetches pictures of other hosts; null refuses those. */
  readonly fetchForeignUrl: typeof globalThis.fetch | null;
}

/** Only a success has a file to show. */
export function renderResult({ videos }: Pick<Emulation, 'videos'>, request: QueuedRequest): void {
  if (request.outcome.kind === 'success' && request.recipe !== null) {
    videos.render(request.id, request.recipe);
  }
}
