import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';

/**
 * Where queries go: a database or one of its transactions, whatever the driver. Repositories get the transaction and
 * know nothing else, so they cannot reach around it.
 */
export type Connection = PgDatabase<PgQueryResultHKT>;
