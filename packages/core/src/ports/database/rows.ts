import type { Instant } from '../../model/index.ts';

/** Columns that a write may change: everything but identity, version and creation time. */
export type Changes<Row> = Partial<Omit<Row, 'id' | 'version' | 'createdAt'>>;

/** By (created_at, id). `after` is the last row of the previous page. */
export interface Page {
  readonly limit: number;
  /** Newest first when left out. */
  readonly order?: 'newest_first' | 'oldest_first';
  readonly after: { readonly createdAt: Instant; readonly id: string } | null;
}
