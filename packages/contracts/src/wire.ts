import { z } from 'zod';

/** RFC 3339 in UTC, as `Date.prototype.toISOString` writes it. */
export const timestampSchema = z.iso.datetime().meta({ example: '2026-11-22T10:00:00.000Z' });

/** A cursor list. Cursors are opaque and stay valid while new rows arrive. */
export function listSchema<Item extends z.ZodType>(item: Item) {
  return z.object({ data: z.array(item), next_cursor: z.string().nullable() });
}
export type List<Item> = { data: Item[]; next_cursor: string | null };

export const pageQuerySchema = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(25),
  cursor: z.string().max(400).optional(),
});
