import type { UserId } from '@pixsim7/contracts';
import type { Database } from '@pixsim7/core';
import { buildAccount, buildJob, buildSubmission, builtWorkspace } from '../../builders/index.ts';
import { fakeVault } from '../../simulation/ports/fake-vault.ts';
import { copyRow } from '../measure/copy-row.ts';
import type { PostgresProbe } from '../measure/postgres-probe.ts';
import { rawStatus } from './endless-provider.ts';

const owner = 'usr_00000000000000000000000000' as UserId;

/**
 * Makes submissions that a provider works on, seen at least once, and all of them due. The first is written as the server
 * writes it; the database copies it, because 200,000 inserts one after the other take longer than all that is measured.
 */
export async function fillDatabase(
  database: Database,
  probe: PostgresProbe,
  providerId: string,
  count: number,
  now: number,
): Promise<void> {
  const account = buildAccount({ providerId });
  const credentials = fakeVault.seal(account.id, JSON.stringify({ api_key: 'sk-benchmark' }));
  const { job, submission } = await database.transaction(async (transaction) => {
    await transaction.accounts.insert({ ...account, sealedCredentials: credentials });
    const ownerId = await transaction.users.ensureOwner(builtWorkspace, owner, now);
    const job = buildJob({ ownerId, providerId, status: 'processing', createdAt: now, startedAt: now });
    const submission = buildSubmission(
      { jobId: job.id, accountId: account.id },
      {
        providerId,
        state: 'accepted',
        providerJobId: job.id,
        handle: { id: job.id },
        lastRawStatus: rawStatus,
        acceptedAt: now,
        dueAt: now,
      },
    );
    await transaction.jobs.insert(job, []);
    await transaction.submissions.insert(submission);
    return { job, submission };
  });
  await copyRow(probe, 'jobs', job.id, count - 1, "'id', 'job_copy' || n");
  await copyRow(
    probe,
    'submissions',
    submission.id,
    count - 1,
    "'id', 'sub_copy' || n, 'job_id', 'job_copy' || n, 'token', 'token' || n, 'provider_job_id', 'job_copy' || n",
  );
  await probe.rows('analyze');
}
