import { z } from 'zod';

/** Names that an object schema takes at a path; empty where the schema is no object. */
export function knownFields(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  const target = path.reduce<z.ZodType | null>(
    (current, key) => (current === null ? null : childOf(unwrap(current), key)),
    schema,
  );
  const inner = target === null ? null : unwrap(target);
  return inner instanceof z.ZodObject ? Object.keys(inner.shape).sort() : [];
}

function childOf(schema: z.ZodType, key: PropertyKey): z.ZodType | null {
  if (schema instanceof z.ZodObject) return (schema.shape as Record<PropertyKey, z.ZodType>)[key] ?? null;
  if (schema instanceof z.ZodArray) return schema.element as z.ZodType;
  return null;
}

function unwrap(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodNullable
    ? unwrap(schema.unwrap() as z.ZodType)
    : schema;
}
