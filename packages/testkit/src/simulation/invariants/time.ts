import type { History } from '../history.ts';
import { simulatedDeadlineS } from '../provider/manifest.ts';
import { calmAfterMs } from '../scenario.ts';
import { simulationStart } from '../world.ts';

/** Longer than the slowest pace of looks and of fetches together. */
const longestDelayMs = 40 * 60_000;
/** A file that cannot be read is fetched twice more, each time after the longest pause between fetches. */
const looksAgainMs = 2 * 10 * 60_000;

/** A job times out only when its provider really took longer than the deadline, whatever a clock said. */
export function deadlineNeedsEvidence({ final, providers }: History): string[] {
  const generations = [...providers.values()].flatMap(({ server }) => [...server.generations.values()]);
  return final.jobs
    .filter(({ error }) => error?.code === 'timed_out')
    .flatMap((job) => {
      const last = final.submissions.filter(({ jobId }) => jobId === job.id).at(-1);
      const generation = generations.find(({ id }) => id === last?.providerJobId);
      const tookMs = generation === undefined ? 0 : generation.endsAt - generation.createdAt;
      return tookMs >= simulatedDeadlineS * 1_000
        ? []
        : [`Job ${job.id} timed out; its generation took ${tookMs} ms.`];
    });
}

/** A finished video is stored soon, once bad luck is over and the machine is awake. */
export function nothingFreezes({ final, providers, endedAt, awakeFrom }: History): string[] {
  const generations = [...providers.values()].flatMap(({ server }) => [...server.generations.values()]);
  return generations.flatMap((generation) => {
    const submission = final.submissions.find(({ providerJobId }) => providerJobId === generation.id);
    const ended = submission === undefined ? undefined : endedAt.get(submission.id);
    if (submission === undefined || ended === undefined || !Number.isFinite(generation.endsAt)) {
      return [];
    }
    const from = Math.max(
      simulationStart + calmAfterMs,
      awakeFrom,
      generation.endsAt + generation.outputDelayMs,
    );
    const lateMs = ended - from;
    return lateMs <= longestDelayMs + (generation.file === 'sound' ? 0 : looksAgainMs)
      ? []
      : [`Submission ${submission.id} ended ${Math.round(lateMs / 1_000)} s after it could have.`];
  });
}

/** Clicking on "retry" again and again without a key makes one retry, and another one only when that is lost. */
export function oneLiveRetry({ final }: History): string[] {
  const live = new Map<string, number>();
  for (const { idempotencyKey, retryOf, status } of final.jobs) {
    if (retryOf === null || idempotencyKey === null || !idempotencyKey.startsWith('retry ')) {
      continue;
    }
    if (status !== 'failed' && status !== 'cancelled') {
      live.set(retryOf, (live.get(retryOf) ?? 0) + 1);
    }
  }
  return [...live]
    .filter(([, count]) => count > 1)
    .map(([id, count]) => `Job ${id} has ${count} retries that are not lost.`);
}
