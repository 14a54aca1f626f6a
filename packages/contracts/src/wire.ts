import { z } from 'zod';

/** RFC 3339 in UTC, as `Date.prototype.toISOString` writes it. */
export const timestampSchema = z.iso.datetime().meta({ example: '2026-11-22T10:00:00.000Z' });

/** A cursor list. Cursors are opaque and stay valid while new rows arrive. */
export function listSchema<Item extends z.ZodType>(item: Item) {
  return z.object({ data: z.array(item), next_cursor: z.string().nullable() });
}
export type List<Item> = { data: Item[]; next_cursor: string | null };

/** A number in a query or header, in decimal digits only: `0x10`, `1e3` and the empty string are refused. */
export function decimalSchema(number: z.ZodNumber) {
  return z
    .string()
    .regex(/^\d{1,15}(?:\.\d{1,6})?$/)
    .transform(Number)
    .pipe(number)
    .meta(jsonSchemaOf(number));
}

/** Documents the value as a number, although a query carries a string. */
function jsonSchemaOf(number: z.ZodNumber): Readonly<Record<string, unknown>> {
  const { $schema: _, ...schema } = z.toJSONSchema(number);
  return schema;
}

export const pageQuerySchema = z.object({
  limit: decimalSchema(z.number().int().min(1).max(100)).default(25).meta({ default: 25 }),
  cursor: z.string().max(400).optional(),
});
