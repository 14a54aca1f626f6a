export { MemoryDatabase } from './memory-database.ts';
export { writtenThrough } from './row-writer.ts';
export { MemoryStore, type CommitObserver } from './memory-store.ts';
export type { RowChange, TableName, TableRows } from './tables.ts';
