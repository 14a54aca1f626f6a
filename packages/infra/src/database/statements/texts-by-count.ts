import type { SQL } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';

const dialect = new PgDialect();

/**
 * The texts of a statement that has a part for each of its subjects, made once for each number of them. Values are sent in the
 * order of the placeholders.
 */
export function textsByCount(statementFor: (count: number) => SQL): (count: number) => string {
  const texts = new Map<number, string>();
  return (count) => {
    let text = texts.get(count);
    if (text === undefined) {
      text = dialect.sqlToQuery(statementFor(count)).sql;
      texts.set(count, text);
    }
    return text;
  };
}
