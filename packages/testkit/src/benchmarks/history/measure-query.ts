import type { Transaction } from '@pixsim7/core';
import type { ObservedDatabase, ObservedStatement } from '@pixsim7/infra/testing';
import type { History } from './fill-history.ts';

/** A query of the server, by the name of its repository and function. */
export interface HistoryQuery {
  readonly name: string;
  run(transaction: Transaction, history: History): Promise<unknown>;
}

/** Sums over the plans of the statements of a query. */
export interface QueryFigures {
  readonly name: string;
  readonly milliseconds: number;
  /** Pages of 8 KiB, from memory or from the disk. */
  readonly buffers: number;
  /** Tables that were read from one end to the other, with the rows that were there. */
  readonly walked: readonly { readonly table: string; readonly rows: number }[];
}

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows'?: number;
  readonly 'Actual Loops'?: number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Shared Hit Blocks'?: number;
  readonly 'Shared Read Blocks'?: number;
  readonly Plans?: readonly PlanNode[];
}

interface Explained {
  readonly Plan: PlanNode;
  readonly 'Execution Time': number;
}

/** Asks PostgreSQL how it runs each statement of a query. What it writes is rolled back. */
export async function measureQuery(
  { database, rows, statementsOf }: ObservedDatabase,
  history: History,
  query: HistoryQuery,
): Promise<QueryFigures> {
  const undone = new Error('Only to see its statements.');
  const statements = await statementsOf(() =>
    database
      .transaction(async (transaction) => {
        await query.run(transaction, history);
        throw undone;
      })
      .catch((error: unknown) => {
        if (error !== undone) {
          throw error;
        }
      }),
  );
  const plans: Explained[] = [];
  for (const statement of statements.filter(({ text }) => !/^set\b/iu.test(text))) {
    plans.push(await explain(rows, statement));
  }
  return {
    name: query.name,
    milliseconds: sum(plans.map((plan) => plan['Execution Time'])),
    buffers: sum(
      plans.map(({ Plan }) => (Plan['Shared Hit Blocks'] ?? 0) + (Plan['Shared Read Blocks'] ?? 0)),
    ),
    walked: plans.flatMap(({ Plan }) => walkedIn(Plan)),
  };
}

/** Twice, because the first time reads from the disk what the second one finds in memory. */
async function explain(
  rows: ObservedDatabase['rows'],
  { text, values }: ObservedStatement,
): Promise<Explained> {
  let explained: Explained | undefined;
  for (let times = 0; times < 2; times += 1) {
    await rows('begin');
    try {
      const [row] = await rows<{ 'QUERY PLAN': readonly Explained[] }>(
        `explain (analyze, buffers, format json) ${text}`,
        values,
      );
      explained = row?.['QUERY PLAN'][0];
    } finally {
      await rows('rollback');
    }
  }
  if (explained === undefined) {
    throw new Error(`There is no plan of: ${text}`);
  }
  return explained;
}

function walkedIn(node: PlanNode): { table: string; rows: number }[] {
  const own =
    node['Node Type'] === 'Seq Scan'
      ? [
          {
            table: node['Relation Name'] ?? '',
            rows:
              ((node['Actual Rows'] ?? 0) + (node['Rows Removed by Filter'] ?? 0)) *
              Math.max(1, node['Actual Loops'] ?? 1),
          },
        ]
      : [];
  return [...own, ...(node.Plans ?? []).flatMap(walkedIn)];
}

function sum(figures: readonly number[]): number {
  return figures.reduce((total, figure) => total + figure, 0);
}
