export { JsonNumber } from './json-number.ts';
export { JsonParseError, MAX_JSON_DEPTH, parseLosslessJson } from './parse.ts';
export type { JsonObject, JsonValue } from './parse.ts';
export { stringifyLosslessJson } from './stringify.ts';
export type { ReplaceField } from './stringify.ts';
