import type { PostgresSettings } from '../../servers/postgres-server.ts';

/**
 * Room for the tables and for many workers. Commits are not forced to the disk, as in the tests: otherwise the disk of the
 * machine, shared with others, decides about the figures and changes its mind between two rounds of one run.
 */
export const roomyPostgres: PostgresSettings = { shared_buffers: '256MB', max_connections: '100' };
