import { z } from 'zod';

/** RFC 3339 in UTC, as `Date.prototype.toISOString` writes it: every moment in a reply. */
export const timestampSchema = z.iso.datetime().meta({ example: '2026-11-22T10:00:00.000Z' });

/**
 * A moment in a request, with `Z` or an offset. In a query, an offset whose `+` was not percent-encoded arrives with a
 * space in its place, and is taken too.
 */
export const momentSchema = z
  .string()
  .max(40)
  .transform((text) => text.replace(/ (\d\d:\d\d)$/, '+$1'))
  .pipe(
    z.iso.datetime({
      offset: true,
      error: 'must be a date and time such as 2026-11-22T10:00:00Z or 2026-11-22T12:00:00+02:00',
    }),
  )
  .meta({ type: 'string', format: 'date-time', example: '2026-11-22T12:00:00+02:00' });

/** A cursor list. Cursors are opaque and stay valid while new rows arrive. */
export function listSchema<Item extends z.ZodType>(item: Item) {
  return z.object({ data: z.array(item), next_cursor: z.string().nullable() });
}
/** A page of a list; `next_cursor: null` is the end. */
export type List<Item> = { data: Item[]; next_cursor: string | null };

/** A number in a query or header, in decimal digits only: `0x10`, `1e3` and the empty string are refused. */
export function decimalSchema(number: z.ZodNumber) {
  const { minimum, maximum } = z.toJSONSchema(number);
  return z
    .string()
    .refine((text) => /^\d{1,15}(?:\.\d{1,6})?$/.test(text), {
      error: 'must be a number in decimal digits',
      params: { allowed: { minimum, maximum } },
    })
    .transform(Number)
    .pipe(number)
    .meta(jsonSchemaOf(number));
}

/** Several values of a query parameter, separated by commas: no parameter may be repeated. */
export function listInQuerySchema<Value extends string>(values: readonly [Value, ...Value[]]) {
  const list = z.array(z.enum(values)).min(1).max(values.length);
  return z
    .string()
    .transform((given) => [...new Set(given.split(','))])
    .pipe(list)
    .meta({ ...jsonSchemaOf(list), param: { style: 'form', explode: false } });
}

/** Documents the value as what it becomes, although a query carries strings. */
function jsonSchemaOf(schema: z.ZodType): Readonly<Record<string, unknown>> {
  const { $schema: _, ...jsonSchema } = z.toJSONSchema(schema);
  return jsonSchema;
}

/** Query of every list: the size of a page, and where it begins. */
export const pageQuerySchema = z.object({
  limit: decimalSchema(z.number().int().min(1).max(100)).default(25).meta({ default: 25 }),
  cursor: z.string().max(400).optional().meta({ description: '`next_cursor` of the previous page.' }),
});

/** Orders of a list by age: oldest first, or newest first. */
export const sortOrders = ['created_at', '-created_at'] as const;
export type SortOrder = (typeof sortOrders)[number];

/** A list that grows without end: bounded by time, newest first unless asked otherwise. */
export const datedPageQuerySchema = pageQuerySchema.extend({
  created_after: momentSchema.optional(),
  created_before: momentSchema.optional(),
  sort: z.enum(sortOrders).default('-created_at').meta({
    description: '`-created_at`: newest first. `created_at`: oldest first.',
  }),
});
