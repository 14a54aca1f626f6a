import { getTableColumns, getTableName } from 'drizzle-orm';
import { makePgArray } from 'drizzle-orm/pg-core';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { Field, RepositoryConnection, Statement } from '../connection.ts';

/**
 * The statements of one table that each job needs several times, made from its schema once. Drizzle builds a statement anew
 * at each use, which took a quarter of the processor time of a worker.
 */
export interface TableStatements<Row> {
  /** `select` of whole rows, up to the name of the table. */
  readonly select: string;
  /** The columns of a whole row. */
  readonly columns: string;
  readonly read: (fields: readonly Field[]) => Row;
  /** A column without a value gets its default. */
  insert(row: Row | NewRow<Row>): Statement;
}

/** Columns that the database fills in may be left out. */
type NewRow<Row> = { readonly [Name in keyof Row]?: Row[Name] | undefined };

export interface VersionedStatements<Row> extends TableStatements<Row> {
  /** Changes the row, which gets the next version, and reads it. No row: its version has changed since it was read. */
  update(row: VersionedRow, changes: NewRow<Row>): Statement;
  /** Changes the row in the same way, and divides by zero when its version has changed. */
  mustUpdate(row: VersionedRow, changes: NewRow<Row>): Statement;
  /** Locks rows in the order of their ids, for those who change them, and reads their ids and versions. */
  lockVersions(ids: readonly string[]): Statement;
}

interface VersionedRow {
  readonly id: string;
  readonly version: number;
}

interface CodedColumn {
  readonly name: string;
  readonly quoted: string;
  readonly encode: (value: unknown) => Field;
  readonly decode: (field: string) => unknown;
}

/** @example const { select, read } = tableStatements(jobs) */
export function tableStatements<Table extends PgTable>(table: Table): TableStatements<Table['$inferSelect']> {
  const columns = codedColumns(table);
  const names = columns.map(({ quoted }) => quoted).join(', ');
  const tableName = quote(getTableName(table));
  const inserts = new Map<string, string>();
  return {
    select: `select ${names} from ${tableName}`,
    columns: names,
    read(fields) {
      const row: Record<string, unknown> = {};
      for (const [place, { name, decode }] of columns.entries()) {
        const field = fields[place] ?? null;
        row[name] = field === null ? null : decode(field);
      }
      return row;
    },
    insert(row) {
      const given = columns.filter(({ name }) => Reflect.get(row, name) !== undefined);
      const list = given.map(({ quoted }) => quoted).join(', ');
      const text = keep(inserts, list, () => {
        const values = given.map((_, place) => `$${place + 1}`).join(', ');
        return `insert into ${tableName} (${list}) values (${values})`;
      });
      return { text, values: given.map(({ name, encode }) => encode(Reflect.get(row, name))) };
    },
  };
}

/** Of a table whose rows have an id and a version. */
export function versionedStatements<Table extends PgTable>(
  table: Table,
): VersionedStatements<Table['$inferSelect']> {
  const columns = codedColumns(table);
  const tableName = quote(getTableName(table));
  const updates = new Map<string, string>();
  const mustUpdates = new Map<string, string>();
  const statement = tableStatements(table);

  const changesOf = ({ id, version }: VersionedRow, changes: object) => {
    const given = columns.filter(({ name }) => Reflect.get(changes, name) !== undefined);
    return {
      list: given.map(({ quoted }, place) => `${quoted} = $${place + 3}, `).join(''),
      values: [id, String(version), ...given.map(({ name, encode }) => encode(Reflect.get(changes, name)))],
    };
  };
  const updateText = (list: string): string =>
    `update ${tableName} set ${list}"version" = "version" + 1 where "id" = $1 and "version" = $2`;

  return {
    ...statement,
    update(row, changes) {
      const { list, values } = changesOf(row, changes);
      const text = keep(updates, list, () => `${updateText(list)} returning ${statement.columns}`);
      return { text, values };
    },
    mustUpdate(row, changes) {
      const { list, values } = changesOf(row, changes);
      const text = keep(
        mustUpdates,
        list,
        () => `with "changed" as (${updateText(list)} returning 1) select 1 / count(*) from "changed"`,
      );
      return { text, values };
    },
    lockVersions(ids) {
      const text = `select "id", "version" from ${tableName} where "id" = any($1) order by "id" for no key update`;
      return { text, values: [textArray(ids)] };
    },
  };
}

/** Without the columns that the database numbers: they say in which order rows were written, and are no part of a row. */
function codedColumns(table: PgTable): readonly CodedColumn[] {
  return Object.entries(getTableColumns(table))
    .filter(([, column]) => column.generatedIdentity === undefined)
    .map(([name, column]) => ({
      name,
      quoted: quote(column.name),
      encode: (value) => (value === null ? null : String(column.mapToDriverValue(value))),
      decode: decoderOf(column),
    }));
}

/** The drivers that Drizzle stands on turn booleans and numbers into values of their own; here all comes as text. */
function decoderOf(column: PgColumn): (field: string) => unknown {
  if (column.dataType === 'boolean') {
    return (field) => field === 't';
  }
  return column.dataType === 'number' ? Number : (field) => column.mapFromDriverValue(field);
}

function keep(texts: Map<string, string>, key: string, make: () => string): string {
  let text = texts.get(key);
  if (text === undefined) {
    text = make();
    texts.set(key, text);
  }
  return text;
}

function quote(name: string): string {
  return `"${name}"`;
}

/** For `= any($1)`: one text however many there are. */
export function textArray(values: readonly string[]): string {
  return makePgArray([...values]);
}

/** @param text a select of whole rows of the table */
export async function readRows<Row>(
  connection: RepositoryConnection,
  table: Pick<TableStatements<Row>, 'read'>,
  text: string,
  values: Field[],
): Promise<Row[]> {
  const { rows } = await connection.send({ text, values });
  return rows.map(table.read);
}

/** null: no row has changed, because the version is another one. */
export async function updateVersion<Row>(
  connection: RepositoryConnection,
  table: VersionedStatements<Row>,
  row: VersionedRow,
  changes: NewRow<Row>,
): Promise<Row | null> {
  const { text, values } = table.update(row, changes);
  const [updated] = await readRows(connection, table, text, values);
  return updated ?? null;
}
