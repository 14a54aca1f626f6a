interface OwnedRow {
  readonly id: string;
  readonly apiKey: string;
}

/** Rows that belong to accounts, such as generations, and the most of them that an account had running at a time. */
export interface AccountRows<Row extends OwnedRow> {
  readonly byId: ReadonlyMap<string, Row>;
  /** In the order in which they were added. */
  readonly ofAccount: (apiKey: string) => readonly Row[];
  readonly maxRunningOf: (apiKey: string) => number;
  add(row: Row): void;
  /** Ignores an id that it does not know. */
  change(id: string, changes: Partial<Row>): Row | undefined;
  noteRunning(apiKey: string, running: number): void;
}

export function createAccountRows<Row extends OwnedRow>(): AccountRows<Row> {
  const byId = new Map<string, Row>();
  const idsByAccount = new Map<string, string[]>();
  const maxRunning = new Map<string, number>();
  const maxRunningOf = (apiKey: string): number => maxRunning.get(apiKey) ?? 0;
  return {
    byId,
    ofAccount: (apiKey) => (idsByAccount.get(apiKey) ?? []).flatMap((id) => byId.get(id) ?? []),
    maxRunningOf,
    add(row) {
      const ids = idsByAccount.get(row.apiKey) ?? [];
      ids.push(row.id);
      idsByAccount.set(row.apiKey, ids);
      byId.set(row.id, row);
    },
    change(id, changes) {
      const row = byId.get(id);
      if (row === undefined) {
        return undefined;
      }
      const changed = { ...row, ...changes };
      byId.set(id, changed);
      return changed;
    },
    noteRunning(apiKey, running) {
      maxRunning.set(apiKey, Math.max(maxRunningOf(apiKey), running));
    },
  };
}
