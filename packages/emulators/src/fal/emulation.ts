import type { EmulationParts } from '../start/open-emulation.ts';
import type { FalSettings } from './settings.ts';
import type { QueuedRequest, Store } from './store.ts';
import type { WebhookSender } from './webhooks/sender.ts';

/** The parts that all endpoints of one running emulator share. */
export interface Emulation extends EmulationParts<Store> {
  readonly settings: FalSettings;
  readonly webhooks: WebhookSender;
  /** Width and height of videos are divided by this. */
  readonly sizeDivisor: number;
}

/** Only a success has a file to show. */
export function renderResult({ videos }: Pick<Emulation, 'videos'>, request: QueuedRequest): void {
  if (request.outcome.kind === 'success' && request.recipe !== null) {
    videos.render(request.id, request.recipe);
  }
}
