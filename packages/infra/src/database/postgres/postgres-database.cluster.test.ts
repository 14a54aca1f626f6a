import { PgDialect } from 'drizzle-orm/pg-core';
import { describeDatabaseContract } from '@pixsim7/testkit/contracts';
import { describeWithPostgres } from '@pixsim7/testkit/servers';
import { truncateEverything } from '../testing/truncate-everything.ts';
import { openPostgresDatabase } from './open-postgres-database.ts';
import { createRecordingLogger } from './testing/recording-logger.ts';
import { queryDirectly } from './testing/server-access.ts';

const emptyAllTables = new PgDialect().sqlToQuery(truncateEverything()).sql;

describeWithPostgres('the database port', (server) => {
  describeDatabaseContract('Drizzle on pg', async () => {
    const url = server().url();
    const database = await openPostgresDatabase({ url, logger: createRecordingLogger(), now: Date.now });
    await queryDirectly(url, emptyAllTables);
    return { database, close: () => database.close() };
  });
});
