import { Client } from 'pg';
import { expect, it } from 'vitest';
import { describeWithPostgres } from '@pixsim7/testkit/servers';
import { openPostgresDatabase } from './open-postgres-database.ts';
import { createRecordingLogger } from './testing/recording-logger.ts';
import { createEmptyDatabase, queryDirectly } from './testing/server-access.ts';

describeWithPostgres('a limit of the time of statements', (server) => {
  it('leaves no statement running at the server, and ends with its transaction', async () => {
    const url = await createEmptyDatabase(server().url());
    const logger = createRecordingLogger();
    const database = await openPostgresDatabase({ url, poolSize: 1, logger, now: Date.now });
    const other = new Client({ connectionString: url });
    await other.connect();
    try {
      await other.query('begin; lock table accounts in access exclusive mode');
      const late = database.transaction(async (transaction) => {
        await transaction.limitStatements(200);
        return transaction.accounts.list({});
      });
      // 57014: the server broke it off.
      await expect(late).rejects.toMatchObject({ sqlState: '57014' });
      const running = await queryDirectly(
        url,
        `select query from pg_stat_activity
         where datname = current_database() and state = 'active' and pid <> pg_backend_pid()`,
      );
      expect(running).toEqual([]);

      const next = database.transaction((transaction) => transaction.accounts.list({}));
      setTimeout(() => void other.query('rollback'), 600);
      expect(await next).toEqual([]);
    } finally {
      await other.end();
      await database.close();
    }
  });
});
