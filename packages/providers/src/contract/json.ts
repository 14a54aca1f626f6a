/** A value that survives `JSON.stringify` and `JSON.parse` unchanged: the only thing a handle or a plan may be made of. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };
export type JsonObject = { [key: string]: JsonValue };

/** The members that have a value. A parameter that is not set is not sent. */
export function withoutUndefined(members: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  const kept: JsonObject = {};
  for (const [name, value] of Object.entries(members)) {
    if (value !== undefined) {
      kept[name] = value;
    }
  }
  return kept;
}
