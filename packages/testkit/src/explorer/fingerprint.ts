import { createHash } from 'node:crypto';

/** Ids and tokens are numbered by their first appearance: two states that differ only in them are the same. */
const identifier =
  /\b(?:[a-z]{3}_[0-9a-z]{26}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\b/gu;

/** Thirteen digits are an instant of this century. */
const instant = /\b1[0-9]{12}\b/gu;

/** The text of a state without the names and the time of the run that reached it. */
export function canonicalText(text: string, now: number): string {
  const names = new Map<string, string>();
  return text
    .replace(identifier, (id) => {
      const known = names.get(id) ?? `#${names.size}`;
      names.set(id, known);
      return known;
    })
    .replace(instant, (at) => `${Number(at) - now}ms`);
}

export function fingerprintOf(text: string, now: number): string {
  return createHash('md5').update(canonicalText(text, now)).digest('base64');
}
