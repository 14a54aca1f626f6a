import type { Connection as Wire, Submittable } from 'pg';
import type { Field, Statement, StatementResult } from '../connection.ts';

export interface NamedStatement extends Statement {
  /** undefined: the server forgets the statement when the next one without a name comes. */
  readonly name: string | undefined;
}

/**
 * Statements that go to the server in one message and come back in one, without what `pg` does for statements that it does not
 * know: no description of the columns is asked for, and their text goes on as it is. A select by id takes 24 µs of processor
 * time here and 100 there.
 *
 * The server leaves out all that follow one that failed.
 */
export class StatementBatch implements Submittable {
  /** Called by the driver, which puts its own around it to bound the wait. With an error: the results before it. */
  callback: (error: unknown, results?: readonly StatementResult[]) => void;
  readonly statements: readonly NamedStatement[];
  readonly #prepared: Set<string>;
  readonly #results: StatementResult[] = [];
  #rows: (readonly Field[])[] = [];

  /** @param prepared the names that the server knows on this connection */
  constructor(
    statements: readonly NamedStatement[],
    prepared: Set<string>,
    callback: (error: unknown, results?: readonly StatementResult[]) => void,
  ) {
    this.statements = statements;
    this.#prepared = prepared;
    this.callback = callback;
  }

  submit(wire: Wire): void {
    // One write to the socket instead of four for each statement.
    wire.stream.cork();
    try {
      for (const { text, values, name = '' } of this.statements) {
        if (!this.#prepared.has(name)) {
          this.#prepare(wire, name, text);
        }
        wire.bind({ statement: name, values }, true);
        wire.execute(null, true);
      }
      wire.sync();
    } finally {
      wire.stream.uncork();
    }
  }

  #prepare(wire: Wire, name: string, text: string): void {
    if (name !== '') {
      // A statement that failed may have got as far as its name. To close one that is not there is no error.
      wire.close({ type: 'S', name }, true);
      this.#prepared.add(name);
    }
    wire.parse({ name, text, types: [] }, true);
  }

  handleRowDescription(): void {
    // Never asked for.
  }

  handleDataRow({ fields }: { readonly fields: readonly Field[] }): void {
    this.#rows.push(fields);
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    // "UPDATE 1", "INSERT 0 1", "COMMIT".
    const count = Number(text.slice(text.lastIndexOf(' ') + 1));
    this.#results.push({ rows: this.#rows, count: Number.isNaN(count) ? 0 : count });
    this.#rows = [];
  }

  handleReadyForQuery(): void {
    this.callback(null, this.#results);
  }

  handleError(error: unknown): void {
    for (const { name } of this.statements.slice(this.#results.length)) {
      if (name !== undefined) {
        this.#prepared.delete(name);
      }
    }
    this.callback(error, this.#results);
  }
}
