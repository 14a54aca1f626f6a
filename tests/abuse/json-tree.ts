/** JSON as text in a tree. Unlike a value, it can have duplicate keys, excess digits and invalid text. */
export type JsonNode =
  | { readonly kind: 'raw'; text: string }
  | { readonly kind: 'array'; items: JsonNode[] }
  | { readonly kind: 'object'; members: [key: string, value: JsonNode][] };

export function treeOf(value: unknown): JsonNode {
  if (Array.isArray(value)) {
    return { kind: 'array', items: value.map(treeOf) };
  }
  if (typeof value === 'object' && value !== null) {
    return {
      kind: 'object',
      members: Object.entries(value).map(([key, member]) => [JSON.stringify(key), treeOf(member)]),
    };
  }
  return { kind: 'raw', text: JSON.stringify(value) };
}

export function textOf(node: JsonNode): string {
  switch (node.kind) {
    case 'raw':
      return node.text;
    case 'array':
      return `[${node.items.map(textOf).join(',')}]`;
    case 'object':
      return `{${node.members.map(([key, value]) => `${key}:${textOf(value)}`).join(',')}}`;
  }
}

/** The place of a value in a tree. */
export interface Slot {
  readonly node: JsonNode;
  replace(node: JsonNode): void;
}

/** Every place of a tree but the root. */
export function slotsOf(node: JsonNode): Slot[] {
  switch (node.kind) {
    case 'raw':
      return [];
    case 'array':
      return node.items.flatMap((item, index) => [
        { node: item, replace: (other) => void (node.items[index] = other) },
        ...slotsOf(item),
      ]);
    case 'object':
      return node.members.flatMap((member) => [
        { node: member[1], replace: (other) => void (member[1] = other) },
        ...slotsOf(member[1]),
      ]);
  }
}

/** Every object or array of a tree, the root included. */
export function containersOf(node: JsonNode): Exclude<JsonNode, { kind: 'raw' }>[] {
  if (node.kind === 'raw') {
    return [];
  }
  const children = node.kind === 'array' ? node.items : node.members.map(([, value]) => value);
  return [node, ...children.flatMap(containersOf)];
}
