import { reasonOf } from '../../trouble/causes.ts';
import { connectionTrouble } from '../../trouble/connection-trouble.ts';
import type { NamedServer } from '../../trouble/connection-trouble.ts';
import { TroubleError } from '../../trouble/trouble-error.ts';
import { unknownTrouble } from '../../trouble/trouble.ts';
import type { Trouble, TroubleMeaning } from '../../trouble/trouble.ts';
import { DatabaseQueryError } from '../errors.ts';
import { UnknownMigrationError } from '../migrations.ts';

export const postgres: NamedServer = {
  name: 'PostgreSQL',
  setting: 'DATABASE_URL',
  ownCa: 'in DATABASE_URL (sslmode=verify-full&sslrootcert=/path/ca.pem) or in NODE_EXTRA_CA_CERTS',
};

const login: TroubleMeaning = {
  code: 'login_refused',
  summary: 'PostgreSQL refuses the login.',
  advice: 'Check user and password in DATABASE_URL, whether the role may log in, and pg_hba.conf.',
};
const starting: TroubleMeaning = {
  code: 'starting',
  summary: 'PostgreSQL is starting or shutting down.',
  advice: 'Wait; its log shows the progress.',
};
const lost: TroubleMeaning = {
  code: 'connection_lost',
  summary: 'PostgreSQL closed the connection.',
  advice: 'PixSim7 reconnects by itself. The log of PostgreSQL has the reason.',
};
const tables: TroubleMeaning = {
  code: 'tables_missing',
  summary: 'Tables that PixSim7 needs are missing.',
  advice: 'Check the name of the database and search_path in DATABASE_URL, or restore a backup.',
};
const waits: TroubleMeaning = {
  code: 'locked',
  summary: 'A statement was given up because it waited too long.',
  advice:
    'Check pg_stat_activity and pg_locks for locks on the tables, or for whatever keeps the server busy.',
};
const failing: TroubleMeaning = {
  code: 'refused',
  summary: 'PostgreSQL reports a fault of its machine.',
  advice: 'See its log.',
};

/** By SQLSTATE. */
const meanings = {
  '28000': login,
  '28P01': login,
  '3D000': {
    code: 'not_found',
    summary: 'The database does not exist.',
    advice: 'Create it, or correct its name in DATABASE_URL.',
  },
  '42501': {
    code: 'rights_missing',
    summary: 'PostgreSQL refuses: the role lacks rights.',
    advice: 'Grant it the rights that docs/guides/production.md lists.',
  },
  '25006': {
    code: 'read_only',
    summary: 'The database is read-only.',
    advice:
      'Point DATABASE_URL at the primary server, or turn default_transaction_read_only off. Hosting providers turn it on when the disk is full.',
  },
  '53300': {
    code: 'too_many_connections',
    summary: 'PostgreSQL accepts no more connections.',
    advice:
      'Lower DATABASE_POOL_SIZE, or raise max_connections or the limit of the role. A connection pooler helps too.',
  },
  '53200': {
    code: 'memory_full',
    summary: 'PostgreSQL is out of memory.',
    advice: 'Give it more memory, or lower its settings for memory.',
  },
  '53100': {
    code: 'disk_full',
    summary: 'The disk of PostgreSQL is full.',
    advice: 'Free some space on it.',
  },
  '57P01': starting,
  '57P02': starting,
  '57P03': starting,
  '57P05': lost,
  '25P03': lost,
  '42P01': tables,
  '42703': tables,
  '3F000': tables,
  '57014': waits,
  '55P03': waits,
} satisfies Readonly<Record<string, TroubleMeaning>>;

/** By the first two characters, for what the table above does not name. */
const meaningsOfClasses: Readonly<Record<string, TroubleMeaning>> = {
  '08': lost,
  '28': login,
  '53': { ...failing, summary: 'PostgreSQL is short of a resource.' },
  '58': failing,
};

/** PgBouncer answers everything that it refuses with this code of the protocol, so its words have to tell. */
const poolerState = '08P01';
const pooler: TroubleMeaning = {
  code: 'pooler_refused',
  summary: 'The connection pooler in front of PostgreSQL refuses.',
  advice:
    'Check user, database and limits in its configuration, and whether it can reach PostgreSQL; see its log.',
};

/** Explains an error of the database to an operator. */
export function troubleOfDatabase(error: unknown): Trouble {
  if (error instanceof UnknownMigrationError) {
    return {
      code: 'newer_tables',
      summary: 'The tables were written by a newer version of PixSim7.',
      reason: error.message,
      advice: 'Run that version, or restore the backup that was made before the upgrade.',
    };
  }
  if (error instanceof TroubleError) {
    return error.trouble;
  }
  const state = error instanceof DatabaseQueryError ? error.sqlState : null;
  if (state === null) {
    return connectionTrouble(error, postgres) ?? unknownTrouble('The database', reasonOf(error));
  }
  const reason = reasonOf(error);
  const meaning = meaningOf(state, reason);
  return meaning === null ? unknownTrouble('The database', reason) : { ...meaning, reason };
}

function meaningOf(sqlState: string, words: string): TroubleMeaning | null {
  if (sqlState === poolerState) {
    if (/authentication failed|no such user/iu.test(words)) {
      return login;
    }
    return /database .*does not exist|no such database/iu.test(words) ? meanings['3D000'] : pooler;
  }
  const known: Readonly<Record<string, TroubleMeaning>> = meanings;
  return known[sqlState] ?? meaningsOfClasses[sqlState.slice(0, 2)] ?? null;
}

/** Explains a state that a look found, as if PostgreSQL had answered with it. */
export function meaningOfState(sqlState: keyof typeof meanings): Omit<Trouble, 'reason'> {
  return meanings[sqlState];
}

/**
 * Whether the database could not do what it was asked, and may later: it is away, or it refuses everybody. As opposed to
 * an answer about what was asked, e.g. that a rule of the schema is broken.
 */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof DatabaseQueryError)) {
    return false;
  }
  return error.sqlState === null || troubleOfDatabase(error).code !== 'unknown';
}
