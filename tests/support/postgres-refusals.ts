import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import type { TroubleCode } from '@pixsim7/contracts';
import { startRefusingPostgres } from '@pixsim7/testkit/servers';
import type { PostgresServer } from '@pixsim7/testkit/servers';
import type { CountingProxy } from './counting-proxy.ts';
import { silence } from './refusal.ts';
import type { Refusal } from './refusal.ts';

export interface RefusablePostgres {
  readonly postgres: PostgresServer;
  readonly proxy: CountingProxy;
  readonly database: string;
  /** The role of the server under test; the test itself is the superuser. */
  readonly role: string;
  readonly password: string;
}

type PostgresRefusal = Refusal<RefusablePostgres>;

/** As the superuser, in the database of the server under test. */
export async function administer(
  { postgres, database }: RefusablePostgres,
  ...statements: readonly string[]
): Promise<void> {
  const client = new Client({ connectionString: postgres.url(database) });
  await client.connect();
  try {
    for (const statement of statements) {
      await client.query(statement);
    }
  } finally {
    await client.end();
  }
}

type Statements = (server: RefusablePostgres) => readonly string[];

/** @param cut whether the connections that are open are cut: most changes of a role only concern new ones */
function bySql(
  name: string,
  code: TroubleCode,
  refuses: Statements,
  lifts: Statements,
  cut = false,
): PostgresRefusal {
  return {
    name,
    code,
    async apply(server) {
      await administer(server, ...refuses(server));
      if (cut) {
        server.proxy.cut();
      }
      return () => administer(server, ...lifts(server));
    },
  };
}

function byAnotherServer(name: string, code: TroubleCode, sqlState: string, words: string): PostgresRefusal {
  return {
    name,
    code,
    async apply({ postgres, proxy }) {
      const refusing = await startRefusingPostgres(0, sqlState, words);
      proxy.leadTo(refusing.port);
      proxy.cut();
      return async () => {
        proxy.leadTo(Number(new URL(postgres.url()).port));
        await refusing.close();
      };
    },
  };
}

const changesPassword: Statements = ({ role }) => [`alter role ${role} password 'another'`];
const restoresPassword: Statements = ({ role, password }) => [`alter role ${role} password '${password}'`];

export const postgresRefusals: readonly PostgresRefusal[] = [
  bySql(
    'no right to a table',
    'rights_missing',
    ({ role }) => [`revoke all on submissions from ${role}`],
    ({ role }) => [`grant all on submissions to ${role}`],
  ),
  bySql(
    'no right to write a table',
    'rights_missing',
    ({ role }) => [`revoke insert, update, delete on jobs from ${role}`],
    ({ role }) => [`grant all on jobs to ${role}`],
  ),
  bySql(
    'no right to the schema',
    'rights_missing',
    ({ role }) => [
      'alter schema public owner to current_user',
      `revoke all on schema public from public, ${role}`,
    ],
    () => ['alter schema public owner to pg_database_owner', 'grant all on schema public to public'],
  ),
  bySql(
    'no right to connect, connections stay',
    'rights_missing',
    ({ database, role }) => [`revoke connect on database ${database} from public, ${role}`],
    ({ database, role }) => [`grant connect on database ${database} to public, ${role}`],
  ),
  bySql(
    'no right to connect, connections cut',
    'rights_missing',
    ({ database, role }) => [`revoke connect on database ${database} from public, ${role}`],
    ({ database, role }) => [`grant connect on database ${database} to public, ${role}`],
    true,
  ),
  bySql('a changed password, connections stay', 'login_refused', changesPassword, restoresPassword),
  bySql('a changed password, connections cut', 'login_refused', changesPassword, restoresPassword, true),
  bySql(
    'read-only',
    'read_only',
    () => ['alter system set default_transaction_read_only = on', 'select pg_reload_conf()'],
    () => [
      'set default_transaction_read_only = off',
      'alter system reset default_transaction_read_only',
      'select pg_reload_conf()',
    ],
  ),
  bySql(
    'no more connections',
    'too_many_connections',
    ({ role }) => [`alter role ${role} connection limit 0`],
    ({ role }) => [`alter role ${role} connection limit -1`],
    true,
  ),
  bySql(
    'tables of a newer version',
    'newer_tables',
    () => [`insert into drizzle.__drizzle_migrations (hash, created_at) values ('newer', 9999999999999)`],
    () => [`delete from drizzle.__drizzle_migrations where hash = 'newer'`],
  ),
  {
    name: 'a lock on a table',
    code: 'locked',
    async apply({ postgres, database }) {
      const client = new Client({ connectionString: postgres.url(database) });
      await client.connect();
      await client.query('begin');
      await client.query('lock table submissions in access exclusive mode');
      return () => client.end();
    },
  },
  {
    name: 'a standby',
    code: 'read_only',
    async apply({ postgres }) {
      const signal = join(postgres.folder, 'data', 'standby.signal');
      await postgres.stop();
      await writeFile(signal, '');
      await postgres.start();
      return async () => {
        await postgres.stop();
        await rm(signal);
        await postgres.start();
      };
    },
  },
  byAnotherServer('out of memory', 'memory_full', '53200', 'out of memory'),
  byAnotherServer('starting', 'starting', '57P03', 'the database system is starting up'),
  {
    name: 'away',
    // The proxy takes the connection, and loses it.
    code: 'connection_lost',
    async apply({ postgres }) {
      await postgres.stop();
      return () => postgres.start();
    },
  },
  silence('no_answer'),
];
