import type { ProviderAdapter } from '@pixsim7/providers/contract';
import type { CoreDependencies } from '../dependencies.ts';
import type { JobRow } from '../model/index.ts';
import type { DurationSample, LikeJobs, Transaction } from '../ports/index.ts';
import { paceOf } from '../rules/pace.ts';
import type { Pace, SeenEnd } from '../rules/pace.ts';
import { summariseDurations } from '../rules/pacing.ts';
import type { DurationStatistics } from '../rules/pacing.ts';

/** Samples that make up a summary; older ones say little about today's provider. */
const sampleSize = 50;

/** The facts that decide how long a job will take. */
export interface DurationSubject {
  readonly adapter: ProviderAdapter;
  readonly job: Pick<JobRow, 'workspaceId' | 'operationType' | 'model' | 'durationKey'>;
  /** Whether it runs on an account of a sandbox. */
  readonly sandbox: boolean;
}

/** The durations of similar jobs, in two forms. */
export interface LikeDurations {
  /** For people. */
  readonly durations: DurationStatistics;
  /** For the next look; learned anew from the rows, so every process has the same. */
  readonly pace: Pace;
}

/** The durations of similar jobs on similar accounts, learned from our own history or stated by the manifest. */
export async function loadDurations(
  dependencies: Pick<CoreDependencies, 'durations'>,
  transaction: Transaction,
  subject: DurationSubject,
): Promise<LikeDurations> {
  const [samples = []] = await loadSamples(dependencies, transaction, [subject]);
  return { durations: summarise(samples, subject), pace: paceOf(seenEnds(samples)) };
}

/** The same of many jobs, in their order, for people. */
export async function loadManyDurations(
  dependencies: Pick<CoreDependencies, 'durations'>,
  transaction: Transaction,
  subjects: readonly DurationSubject[],
): Promise<DurationStatistics[]> {
  const samples = await loadSamples(dependencies, transaction, subjects);
  return subjects.map((subject, index) => summarise(samples[index] ?? [], subject));
}

function summarise(samples: readonly DurationSample[], subject: DurationSubject): DurationStatistics {
  const seconds = samples.map((sample) => sample.seconds);
  return summariseDurations(seconds, expectedDuration(subject));
}

/** The oldest first. */
function seenEnds(samples: readonly DurationSample[]): SeenEnd[] {
  return samples.toReversed().map(({ seconds, unfinishedS }) => ({
    unfinishedAtMs: unfinishedS === null ? null : unfinishedS * 1_000,
    doneAtMs: seconds * 1_000,
  }));
}

/** The newest first, of many jobs in one statement. What this process read a moment ago is not read again. */
async function loadSamples(
  { durations: memory }: Pick<CoreDependencies, 'durations'>,
  transaction: Transaction,
  subjects: readonly DurationSubject[],
): Promise<(readonly DurationSample[])[]> {
  const known = new Map<DurationSubject, readonly DurationSample[]>();
  const asked: { readonly subject: DurationSubject; readonly like: LikeJobs }[] = [];
  for (const subject of subjects) {
    const like = likeJobs(subject);
    const remembered = memory?.recall(like) ?? null;
    if (remembered === null) {
      asked.push({ subject, like });
    } else {
      known.set(subject, remembered);
    }
  }
  if (asked.length > 0) {
    const answers = await transaction.submissions.recentDurations(
      asked.map(({ like }) => like),
      sampleSize,
    );
    for (const [index, { subject, like }] of asked.entries()) {
      const samples = answers[index] ?? [];
      memory?.remember(like, samples);
      known.set(subject, samples);
    }
  }
  return subjects.map((subject) => known.get(subject) ?? []);
}

function likeJobs({ adapter, job, sandbox }: DurationSubject): LikeJobs {
  return { workspaceId: job.workspaceId, providerId: adapter.id, durationKey: job.durationKey, sandbox };
}

/** For a job of a provider that is no longer registered. */
export const noDurations: DurationStatistics = { count: 0, medianS: 0, slowS: 0, basis: 'manifest' };

/** Emulators make their toys in seconds; waiting as for the real thing would make a first try slow. */
const sandboxDuration = { low: 4, high: 8 };

/** The range that the manifest states for a model; a minute or two for a model that it no longer has. */
function expectedDuration({ adapter, job, sandbox }: DurationSubject): { low: number; high: number } {
  if (sandbox) {
    return sandboxDuration;
  }
  const operation = adapter.manifest.operations.find((entry) => entry.operation_type === job.operationType);
  const model = operation?.models.find((entry) => entry.model === job.model);
  return model?.typical_s ?? { low: 60, high: 120 };
}
