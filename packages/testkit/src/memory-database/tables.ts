import type { UserId } from '@pixsim7/contracts';
import type {
  AccountRow,
  ApiKeyRow,
  AssetRow,
  BalanceReadingRow,
  BlobRow,
  CreditEntryRow,
  EventRow,
  JobInputRow,
  JobRow,
  LineageEdgeRow,
  NewEvent,
  ObservationRow,
  ProviderDeliveryRow,
  ProviderUploadRow,
  SubmissionRow,
} from '@pixsim7/core';
import { frozenCopy } from './frozen-copy.ts';

export interface ClockRow {
  readonly mark: number;
}

export interface UserRow {
  readonly id: UserId;
  readonly createdAt: number;
}

/** An event that has no sequence yet. A rollback may reorder a map, so the place in the order of writing is kept. */
export interface OutboxRow {
  readonly event: NewEvent;
  readonly place: number;
}

/** An observation with its number in the order of writing, as the database numbers it. */
export interface StoredObservationRow {
  readonly row: ObservationRow;
  readonly place: number;
}

/** The same for a reading of a balance. */
export interface StoredReadingRow {
  readonly row: BalanceReadingRow;
  readonly place: number;
}

/** A blob, and what only its removal looks at. */
export interface StoredBlobRow extends BlobRow {
  readonly reservedAt: number;
  readonly removingSince: number | null;
  readonly maybeUnused: boolean;
}

/** Every table with the type of its rows. */
export interface TableRows {
  readonly jobs: JobRow;
  readonly jobInputs: JobInputRow;
  readonly submissions: SubmissionRow;
  readonly observations: StoredObservationRow;
  readonly accounts: AccountRow;
  readonly balanceReadings: StoredReadingRow;
  readonly providerDeliveries: ProviderDeliveryRow;
  readonly providerUploads: ProviderUploadRow;
  readonly creditEntries: CreditEntryRow;
  readonly assets: AssetRow;
  readonly blobs: StoredBlobRow;
  readonly lineageEdges: LineageEdgeRow;
  readonly outbox: OutboxRow;
  readonly events: EventRow;
  readonly users: UserRow;
  readonly apiKeys: ApiKeyRow;
  readonly clock: ClockRow;
}
export type TableName = keyof TableRows;

/** One written row: what it was and what it is. null says that there is no row. */
export type RowChange = {
  [Name in TableName]: {
    readonly table: Name;
    readonly key: string;
    readonly before: TableRows[Name] | null;
    readonly after: TableRows[Name] | null;
  };
}[TableName];

export type StoredTables = { readonly [Name in TableName]: Map<string, TableRows[Name]> };

export function createStoredTables(): StoredTables {
  return {
    jobs: new Map(),
    jobInputs: new Map(),
    submissions: new Map(),
    observations: new Map(),
    accounts: new Map(),
    balanceReadings: new Map(),
    providerDeliveries: new Map(),
    providerUploads: new Map(),
    creditEntries: new Map(),
    assets: new Map(),
    blobs: new Map(),
    lineageEdges: new Map(),
    outbox: new Map(),
    events: new Map(),
    users: new Map(),
    apiKeys: new Map(),
    clock: new Map(),
  };
}

/** A table as one transaction sees it. Rows are frozen; a write replaces a row. */
export interface Table<Row> {
  get(key: string): Row | undefined;
  /** In the order of their first writing. */
  values(): Row[];
  /** @returns the row as it is stored */
  put(key: string, row: Row): Row;
  delete(key: string): boolean;
  /** Throws, and the transaction cannot be committed any more, whoever catches the error. */
  refuse(error: Error): never;
  readonly size: number;
}

export type Tables = { readonly [Name in TableName]: Table<TableRows[Name]> };

/**
 * The writes of one transaction. Each is noted with the row that was there, so a rollback costs as much as was
 * written and not as much as is stored.
 */
export class TransactionJournal {
  readonly changes: RowChange[] = [];
  /** The first write that a rule of the schema refused. */
  refusal: Error | null = null;
  readonly #stored: StoredTables;
  #open = true;

  constructor(stored: StoredTables) {
    this.#stored = stored;
  }

  /** Nothing of this transaction can be used afterwards. */
  close(): void {
    this.#open = false;
  }

  rollback(): void {
    for (const change of this.changes.toReversed()) {
      const rows: Map<string, unknown> = this.#stored[change.table];
      if (change.before === null) {
        rows.delete(change.key);
      } else {
        rows.set(change.key, change.before);
      }
    }
    this.changes.length = 0;
  }

  /** @throws Error when the transaction has ended */
  rowsOf<Name extends TableName>(name: Name): Map<string, TableRows[Name]> {
    if (!this.#open) {
      throw new Error('The transaction has ended; its repositories cannot be used any more.');
    }
    return this.#stored[name];
  }
}

class JournaledTable<Name extends TableName> implements Table<TableRows[Name]> {
  readonly #journal: TransactionJournal;
  readonly #name: Name;

  constructor(journal: TransactionJournal, name: Name) {
    this.#journal = journal;
    this.#name = name;
  }

  get size(): number {
    return this.#journal.rowsOf(this.#name).size;
  }

  get(key: string): TableRows[Name] | undefined {
    return this.#journal.rowsOf(this.#name).get(key);
  }

  values(): TableRows[Name][] {
    return [...this.#journal.rowsOf(this.#name).values()];
  }

  put(key: string, row: TableRows[Name]): TableRows[Name] {
    const stored = frozenCopy(row);
    this.#note(key, stored);
    this.#journal.rowsOf(this.#name).set(key, stored);
    return stored;
  }

  delete(key: string): boolean {
    const rows = this.#journal.rowsOf(this.#name);
    if (!rows.has(key)) {
      return false;
    }
    this.#note(key, null);
    return rows.delete(key);
  }

  refuse(error: Error): never {
    this.#journal.refusal ??= error;
    throw error;
  }

  #note(key: string, after: TableRows[Name] | null): void {
    const before = this.#journal.rowsOf(this.#name).get(key) ?? null;
    this.#journal.changes.push({ table: this.#name, key, before, after } as RowChange);
  }
}

export function createTables(journal: TransactionJournal): Tables {
  return {
    jobs: new JournaledTable(journal, 'jobs'),
    jobInputs: new JournaledTable(journal, 'jobInputs'),
    submissions: new JournaledTable(journal, 'submissions'),
    observations: new JournaledTable(journal, 'observations'),
    accounts: new JournaledTable(journal, 'accounts'),
    balanceReadings: new JournaledTable(journal, 'balanceReadings'),
    providerDeliveries: new JournaledTable(journal, 'providerDeliveries'),
    providerUploads: new JournaledTable(journal, 'providerUploads'),
    creditEntries: new JournaledTable(journal, 'creditEntries'),
    assets: new JournaledTable(journal, 'assets'),
    blobs: new JournaledTable(journal, 'blobs'),
    lineageEdges: new JournaledTable(journal, 'lineageEdges'),
    outbox: new JournaledTable(journal, 'outbox'),
    events: new JournaledTable(journal, 'events'),
    users: new JournaledTable(journal, 'users'),
    apiKeys: new JournaledTable(journal, 'apiKeys'),
    clock: new JournaledTable(journal, 'clock'),
  };
}
