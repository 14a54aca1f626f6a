import type { ProviderAdapter } from '@pixsim7/providers/contract';
import type { JobRow } from '../model/index.ts';
import type { Transaction } from '../ports/index.ts';
import { summariseDurations } from '../rules/pacing.ts';
import type { DurationStatistics } from '../rules/pacing.ts';

/** Samples that make up a summary; older ones say little about today's provider. */
const sampleSize = 50;

/** The durations of similar jobs on similar accounts, learned from our own history or stated by the manifest. */
export async function loadDurations(
  transaction: Transaction,
  adapter: ProviderAdapter,
  job: Pick<JobRow, 'workspaceId' | 'operationType' | 'model' | 'durationKey'>,
  sandbox: boolean,
): Promise<DurationStatistics> {
  const like = {
    workspaceId: job.workspaceId,
    providerId: adapter.id,
    durationKey: job.durationKey,
    sandbox,
  };
  const samples = await transaction.submissions.recentDurations(like, sampleSize);
  return summariseDurations(samples, sandbox ? sandboxDuration : typicalDuration(adapter, job));
}

/** Emulators make their toys in seconds; waiting as for the real thing would make a first try slow. */
const sandboxDuration = { low: 4, high: 8 };

/** The range that the manifest states for a model; a minute or two for a model that it no longer has. */
function typicalDuration(
  adapter: ProviderAdapter,
  job: Pick<JobRow, 'operationType' | 'model'>,
): { low: number; high: number } {
  const operation = adapter.manifest.operations.find((entry) => entry.operation_type === job.operationType);
  const model = operation?.models.find((entry) => entry.model === job.model);
  return model?.typical_s ?? { low: 60, high: 120 };
}
