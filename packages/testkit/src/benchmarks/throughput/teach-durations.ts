import type { AccountId, JobId } from '@pixsim7/contracts';
import type { Database } from '@pixsim7/core';
import { buildJob, buildSubmission } from '../../builders/index.ts';

/** As many as the pacing rule looks at, so that nothing but them counts. */
const samples = 50;

/**
 * Gives an installation a past in which jobs like this one took a second, so that it looks after them at the fastest
 * pace. Otherwise a benchmark would measure how long the first look is put off for a provider that states a minute.
 */
export async function teachDurations(database: Database, jobId: JobId, accountId: AccountId): Promise<void> {
  await database.transaction(async (transaction) => {
    const like = await transaction.jobs.get(jobId);
    if (like === null) {
      throw new Error(`Job ${jobId} not found.`);
    }
    const { ownerId, providerId, model, durationKey, createdAt } = like;
    const acceptedAt = createdAt - 60_000;
    const finishedAt = acceptedAt + 1_000;
    for (let sample = 0; sample < samples; sample += 1) {
      const job = buildJob({
        ownerId,
        providerId,
        model,
        durationKey,
        status: 'completed',
        createdAt: acceptedAt,
        startedAt: acceptedAt,
        completedAt: finishedAt,
      });
      await transaction.jobs.insert(job, []);
      await transaction.submissions.insert(
        buildSubmission(
          { jobId: job.id, accountId },
          {
            providerId,
            durationKey,
            state: 'stored',
            acceptedAt,
            finishedAt,
            storedAt: finishedAt,
            dueAt: null,
          },
        ),
      );
    }
  });
}
