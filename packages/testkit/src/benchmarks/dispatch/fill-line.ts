import type { AccountId, UserId } from '@pixsim7/contracts';
import type { Database } from '@pixsim7/core';
import { buildAccount, buildBalanceReading, buildJob, builtWorkspace } from '../../builders/index.ts';
import { fakeVault } from '../../simulation/ports/fake-vault.ts';
import { copyRow } from '../measure/copy-row.ts';
import type { PostgresProbe } from '../measure/postgres-probe.ts';

export interface LineSize {
  readonly jobs: number;
  readonly users: number;
  readonly accounts: number;
  /** Of each account. */
  readonly slots: number;
}

/**
 * Lets jobs wait for accounts that are free. The jobs of one user were all made before those of the next, so an order by age
 * would let the last user wait for all the others.
 */
export async function fillLine(
  database: Database,
  probe: PostgresProbe,
  providerId: string,
  { jobs, users, accounts, slots }: LineSize,
  now: number,
): Promise<AccountId[]> {
  const credentials = JSON.stringify({ api_key: 'sk-benchmark' });
  const owner = 'usr_00000000000000000000000000' as UserId;
  const { first, ids } = await database.transaction(async (transaction) => {
    await transaction.users.ensureOwner(builtWorkspace, owner, now);
    const ids: AccountId[] = [];
    for (let made = 0; made < accounts; made += 1) {
      const account = buildAccount({ providerId, maxConcurrent: slots });
      await transaction.accounts.insert({
        ...account,
        sealedCredentials: fakeVault.seal(account.id, credentials),
      });
      await transaction.accounts.addReading(
        buildBalanceReading(account.id, { amount: 1_000_000, observedAt: now }),
      );
      ids.push(account.id);
    }
    const createdAt = now - jobs - 1;
    const first = buildJob({ ownerId: 'usr_copy0' as UserId, providerId, createdAt, dueAt: createdAt });
    await transaction.jobs.insert(first, []);
    return { first, ids };
  });
  const each = Math.ceil(jobs / users);
  await copyRow(
    probe,
    'jobs',
    first.id,
    jobs - 1,
    `'id', 'job_copy' || n, 'owner_id', 'usr_copy' || (n / ${each}),
     'created_at', to_timestamp((${first.createdAt}::bigint + n) / 1000.0), 'due_at', to_timestamp((${first.createdAt}::bigint + n) / 1000.0)`,
  );
  await probe.rows('vacuum analyze');
  return ids;
}
