import { imageToVideoShapes } from './bodies/image-to-video.ts';
import { textToVideoShapes } from './bodies/text-to-video.ts';
import { videoToVideoShapes } from './bodies/video-to-video.ts';
import type { Caller, Emulation } from './emulation.ts';
import type { Store } from './store.ts';
import { chargedAt } from './task-state.ts';

const dayMilliseconds = 24 * 60 * 60 * 1000;
/** Of the second tier; nothing here spends money by the month. */
const monthlyCreditSpend = 50_000;

export function chargedOf(store: Store, apiKey: string, now: number): number {
  return store.tasksOf(apiKey).reduce((total, task) => total + chargedAt(task, now), 0);
}

export function balanceOf(store: Store, apiKey: string, now: number): number {
  return (store.organizations.get(apiKey)?.credits ?? 0) - chargedOf(store, apiKey, now);
}

/** Generations of a model in the last 24 hours, whatever came of them. */
export function dailyGenerationsOf(store: Store, apiKey: string, model: string, now: number): number {
  return store
    .tasksOf(apiKey)
    .filter((task) => task.model === model && now - task.createdAt < dayMilliseconds).length;
}

/** `GET /v1/organization` */
export function organizationReply({ store, settings }: Emulation, { apiKey, now }: Caller): Response {
  const models = [
    ...new Set(
      [textToVideoShapes, imageToVideoShapes, videoToVideoShapes].flatMap((shapes) => Object.keys(shapes)),
    ),
  ];
  const limits = {
    maxConcurrentGenerations: settings.max_concurrent,
    maxDailyGenerations: settings.max_daily,
  };
  return Response.json({
    creditBalance: balanceOf(store, apiKey, now),
    tier: {
      maxMonthlyCreditSpend: monthlyCreditSpend,
      models: Object.fromEntries(models.map((model) => [model, limits])),
    },
    usage: {
      models: Object.fromEntries(
        models.map((model) => [model, { dailyGenerations: dailyGenerationsOf(store, apiKey, model, now) }]),
      ),
    },
  });
}
