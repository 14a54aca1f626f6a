import { z } from 'zod';
import { didYouMean } from '@pixsim7/contracts';

/** Names that an object schema takes at a path; empty where the schema is no object. */
export function knownFields(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  const inner = schemaAt(schema, path);
  return inner instanceof z.ZodObject ? Object.keys(inner.shape).sort() : [];
}

/**
 * The place where an unknown field probably belongs: a similar name, a field of one of the objects here, or one of the
 * whole body. ` Did you mean …?`, or empty.
 *
 * @example
 * whereElse(createJobRequestSchema, [], 'model'); // ' Did you mean params.model?'
 */
export function whereElse(schema: z.ZodType, path: readonly PropertyKey[], key: string): string {
  const here = knownFields(schema, path);
  const inside = here.find((name) => knownFields(schema, [...path, name]).includes(key));
  if (inside !== undefined) {
    return ` Did you mean ${inside}.${key}?`;
  }
  if (path.length > 0 && knownFields(schema, []).includes(key)) {
    return ` Did you mean ${key} at the top of the body?`;
  }
  return didYouMean(key, here);
}

function schemaAt(schema: z.ZodType, path: readonly PropertyKey[]): z.ZodType | null {
  const target = path.reduce<z.ZodType | null>(
    (current, key) => (current === null ? null : childOf(unwrap(current), key)),
    schema,
  );
  return target === null ? null : unwrap(target);
}

function childOf(schema: z.ZodType, key: PropertyKey): z.ZodType | null {
  if (schema instanceof z.ZodObject) {
    return (schema.shape as Record<PropertyKey, z.ZodType>)[key] ?? null;
  }
  if (schema instanceof z.ZodArray) {
    return schema.element as z.ZodType;
  }
  return null;
}

function unwrap(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodNullable
    ? unwrap(schema.unwrap() as z.ZodType)
    : schema;
}
