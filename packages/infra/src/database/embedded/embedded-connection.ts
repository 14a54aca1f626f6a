import type { SQL } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { Client } from 'pg';
import type { PoolClient } from 'pg';
import type { ConnectionSource, RepositoryConnection } from '../connection.ts';
import { begin as beginStatement } from '../postgres/begin-statement.ts';
import { createStatementNames } from '../postgres/named-statements.ts';
import { PostgresConnection } from '../postgres/postgres-connection.ts';
import type { EmbeddedServer } from './embedded-server.ts';
import { EmbeddedDatabaseLostError } from './lost-error.ts';
import { ProtocolStream } from './protocol-stream.ts';

/** The one connection to an embedded PostgreSQL. Everybody has it for themselves until their work is done, in turn. */
export class EmbeddedConnection implements ConnectionSource {
  readonly #server: EmbeddedServer;
  /** The driver, for those who ask without taking their turn. */
  readonly client: Client;
  readonly #connection: PostgresConnection;
  #broken: EmbeddedDatabaseLostError | null = null;
  /** The work that came last; the next one begins when it is over. */
  #last: Promise<unknown> = Promise.resolve();

  private constructor(server: EmbeddedServer) {
    this.#server = server;
    this.client = new Client({
      stream: () => new ProtocolStream(server),
      // Stated, because the driver looks into the environment for what is not.
      user: 'postgres',
      database: 'postgres',
      host: 'embedded',
      port: 5432,
      ssl: false,
      application_name: 'pixsim7',
    });
    // The statement that is running fails with the same error; an 'error' event without a listener ends the process.
    this.client.on('error', (cause) => {
      this.#broken ??= new EmbeddedDatabaseLostError('the connection to it broke.', { cause });
    });
    // The same as with a pool, of which this is the only client.
    this.#connection = new PostgresConnection(this.client as PoolClient, createStatementNames());
  }

  /** Takes the server over: it ends with the connection. @throws EmbeddedDatabaseLostError */
  static async open(server: EmbeddedServer): Promise<EmbeddedConnection> {
    const connection = new EmbeddedConnection(server);
    try {
      await connection.client.connect();
      return connection;
    } catch (error) {
      await server.abandon();
      throw server.death() ?? error;
    }
  }

  /** null while server and connection work. */
  death(): EmbeddedDatabaseLostError | null {
    return this.#server.death() ?? this.#broken;
  }

  /** @param begin the statement that begins it */
  transaction<Result>(
    work: (connection: RepositoryConnection) => Promise<Result>,
    begin = beginStatement,
  ): Promise<Result> {
    return this.#inTurn(async () => {
      const connection = this.#connection;
      connection.begin([begin]);
      try {
        const result = await work(connection);
        await connection.commit();
        return result;
      } catch (error) {
        if (this.death() === null) {
          await this.#rollBack();
        }
        throw error;
      }
    });
  }

  execute(statement: SQL): Promise<unknown> {
    return this.#inTurn(async () => drizzle(this.client).execute(statement));
  }

  /** After everybody who waits: gives a dead server up, and writes out and ends one that lives. */
  close(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.death() !== null) {
        return this.#server.abandon();
      }
      await this.client.end();
      return this.#server.close();
    });
  }

  /** The error of the work is the one that its caller has to see. */
  async #rollBack(): Promise<void> {
    try {
      await this.#connection.rollBack();
    } catch (cause) {
      this.#broken ??= new EmbeddedDatabaseLostError('a transaction could not be rolled back.', { cause });
    }
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(work);
    this.#last = Promise.allSettled([result]);
    return result;
  }
}
