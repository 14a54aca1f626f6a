/** What survives `JSON.stringify` and `JSON.parse` unchanged: the only thing a handle or a plan may be made of. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };
export type JsonObject = { [key: string]: JsonValue };
