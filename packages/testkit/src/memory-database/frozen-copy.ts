/** Values that were copied and frozen here, so that a row that is read and written back is not copied again. */
const frozen = new WeakSet<object>();

/**
 * A deep copy that nobody can change. Members that are undefined are left out, as a JSON column leaves them out. Only
 * plain objects and arrays are known: a row is made of nothing else.
 */
export function frozenCopy<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || frozen.has(value)) {
    return value;
  }
  const copy = Array.isArray(value) ? value.map((item: unknown) => frozenCopy(item)) : copyMembers(value);
  Object.freeze(copy);
  frozen.add(copy);
  return copy as Value;
}

function copyMembers(value: object): object {
  const copy: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) {
    if (member !== undefined) {
      copy[name] = frozenCopy(member as unknown);
    }
  }
  return copy;
}
