import type { AccountId, UserId, WorkspaceId } from '@pixsim7/contracts';
import { openPostgresDatabase } from '@pixsim7/infra';
import { fillHistory } from '../history/fill-history.ts';
import { openPostgresProbe } from '../measure/postgres-probe.ts';
import { silentLogger } from '../measure/silent-logger.ts';

/** Whose jobs the past consists of: the same owner and the same accounts as those that are measured. */
export interface PastOf {
  readonly workspaceId: WorkspaceId;
  readonly ownerId: UserId;
  readonly providerId: string;
  readonly accountIds: readonly AccountId[];
}

/** Gives a database so many jobs that are over, spread over the accounts. */
export async function fillPast(url: string, jobs: number, of: PastOf): Promise<void> {
  if (jobs === 0) {
    return;
  }
  const database = await openPostgresDatabase({ url, logger: silentLogger, now: Date.now, poolSize: 1 });
  const probe = await openPostgresProbe(url);
  try {
    const accounts = of.accountIds.map((id) => `'${id}'`).join(', ');
    await fillHistory(database, (text, values) => probe.rows(text, values), jobs, {
      whose: {
        workspace_id: `'${of.workspaceId}'`,
        owner_id: `'${of.ownerId}'`,
        provider_id: `'${of.providerId}'`,
        account_id: `(array[${accounts}])[1 + n % ${of.accountIds.length}]`,
      },
      withPresent: false,
    });
  } finally {
    await probe.close();
    await database.close();
  }
}
