import type { Random } from '../support/random.ts';
import { containersOf, slotsOf, textOf, treeOf } from './json-tree.ts';
import type { JsonNode } from './json-tree.ts';
import type { WireRequest } from './send.ts';

/** A valid request, before it is mutated. */
export interface Template {
  readonly method: string;
  readonly path: string;
  /** `undefined`: no body. */
  readonly json?: unknown;
  readonly headers?: readonly (readonly [string, string])[];
}

/** Mutations of mutations grow; larger bodies have a test of their own. */
const maxRepeatedLength = 5_000_000;
const digits = (count: number): string => '7'.repeat(count);
const text = (length: number): string => JSON.stringify('x'.repeat(length));
const nested = (levels: number, open: string, close: string): string =>
  open.repeat(levels) + close.repeat(levels);

/** Texts that replace a value: valid JSON, invalid JSON, too large, or not exact. */
const hostileValues: readonly string[] = [
  'null',
  'true',
  '-1',
  '0',
  '-0',
  '1.5',
  '1e2',
  '[]',
  '{}',
  '[[]]',
  '{"a":{}}',
  '""',
  '" "',
  '"0"',
  '"\\n"',
  '9007199254740992',
  '9007199254740993',
  '-1e400',
  '1e999',
  '1e-999',
  digits(40),
  `0.${digits(300)}`,
  '"\\u0000"',
  '"\\ud800"',
  '"\\udfff\\ud800"',
  '"\\u202e"',
  '"\\x41"',
  '"	"',
  '"',
  "'a'",
  'NaN',
  '+1',
  '.5',
  'undefined',
  '01',
  '[1,]',
  '{"a":1,}',
  '{"a":1,"a":2}',
  '{"__proto__":{}}',
  '{"constructor":{}}',
  '"é"',
  '"😀"',
  '"船"',
  '"../../etc/passwd"',
  '"\' OR 1=1 --"',
  '"<script>"',
  '"${x}"',
  '"%00"',
  '"data:image/png;base64,"',
  '"data:image/png;base64,%%%"',
  '"data:,x"',
  '"data:image/png;base64, QQ\\n=="',
  '"http://127.0.0.1:1/"',
  '"http://[::1]/"',
  '"file:///etc/passwd"',
  '"http://a:b@127.0.0.1/"',
  '"https://"',
  '"ast_00000000000000000000000000"',
  '"job_"',
  '"2026-13-45T00:00:00Z"',
  '"0000-01-01T00:00:00Z"',
  text(300),
  text(1e4),
  text(7e4),
  text(11e5),
  `"${'é'.repeat(6e5)}"`,
  `"${'\\u0041'.repeat(2e4)}"`,
  nested(33, '[', ']'),
  nested(5e3, '[', ']'),
  nested(5e3, '{"a":', '}').replace(':}', ':1}'),
  `[${Array.from({ length: 3e3 }, () => '0').join(',')}]`,
];

const hostileKeys: readonly string[] = [
  '""',
  '"__proto__"',
  '"constructor"',
  '"prototype"',
  '"toString"',
  '"\\u0000"',
  '"\\ud800"',
  '"é"',
  '" "',
  'a',
  '"PROMPT"',
  '"prompt "',
  '"provider_id"',
  '"params"',
  text(250),
  text(5e3),
  '"a/b~c"',
  '"\\u0070rompt"',
];

const hostileQueries: readonly string[] = [
  '',
  '-1',
  '0',
  '1e3',
  '0x10',
  'NaN',
  '9'.repeat(400),
  'a'.repeat(3e3),
  '%00',
  '%',
  '%zz',
  '%ff',
  '%c3%28',
  '%F0%9F%98%80',
  '+',
  '[]',
  '1&limit=2',
  'true',
  'null',
  '__proto__',
  "'",
  '%0d%0aX:1',
  '..%2f..%2f',
];

const hostileHeaders: readonly (readonly [string, string])[] = [
  ...([
    ['Content-Type', ''],
    ['Content-Type', 'application/json; charset=utf-16'],
    ['Content-Type', 'application/json; charset=iso-8859-1'],
    ['Content-Type', 'text/plain'],
    ['Content-Type', 'multipart/form-data'],
    ['Content-Type', 'multipart/form-data; boundary=x'],
    ['Content-Type', `application/json; ${'a=b; '.repeat(500)}`],
    ['Content-Encoding', 'gzip'],
    ['Content-Encoding', 'br'],
    ['Idempotency-Key', ''],
    ['Idempotency-Key', 'k'.repeat(256)],
    ['Idempotency-Key', 'k'.repeat(10_000)],
    ['Idempotency-Key', 'two words'],
    ['Idempotency-Key', '\xe9'],
    ['Last-Event-ID', '-1'],
    ['Last-Event-ID', '9'.repeat(100)],
    ['Range', 'bytes=9-1,2-3'],
    ['If-None-Match', '"'.repeat(1_000)],
    ['Expect', '100-continue'],
    ['Expect', 'nonsense'],
    ['Accept', 'x/'.repeat(2_000)],
    ['X-Request-Id', '\t'.repeat(100)],
    ['Transfer-Encoding', 'chunked'],
    ['Connection', 'close'],
  ] as const),
];

/** Changes a valid request in one to three ways. The same random numbers make the same request. */
export function mutateRequest(template: Template, authorization: string, random: Random): WireRequest {
  const tree =
    template.json === undefined ? null : { kind: 'array' as const, items: [treeOf(template.json)] };
  let { path } = template;
  const headers = [...(template.headers ?? [])].map(([name, value]): readonly [string, string] => [
    name,
    value,
  ]);
  let damage = (body: Buffer): Buffer => body;

  for (let change = 0; change <= random.whole(3); change += 1) {
    const kind = random.whole(10);
    if (kind < 6 && tree !== null) {
      mutateTree(tree, random);
    } else if (kind === 6) {
      path = mutatePath(path, random);
    } else if (kind === 7) {
      headers.push(random.pick(hostileHeaders));
    } else {
      damage = chooseDamage(random);
    }
  }
  const hasType = headers.some(([name]) => name === 'Content-Type');
  const body = tree === null ? null : damage(Buffer.from(tree.items.map(textOf).join('')));
  return {
    method: template.method,
    path,
    headers: [
      ['Authorization', authorization],
      ...(body === null || hasType ? [] : [['Content-Type', 'application/json'] as const]),
      ...headers,
    ],
    body,
  };
}

/** @param root an array around the body, so the body itself can be replaced */
function mutateTree(root: JsonNode & { kind: 'array' }, random: Random): void {
  const slots = slotsOf(root);
  // An earlier mutation removed the body.
  if (slots.length === 0) {
    return;
  }
  const slot = random.pick(slots);
  const [, ...inside] = containersOf(root);
  const container = random.pick(inside.length === 0 ? [root] : inside);
  const hostile = (): JsonNode => ({ kind: 'raw', text: random.pick(hostileValues) });
  switch (random.whole(8)) {
    case 0:
    case 1:
    case 2:
      slot.replace(hostile());
      return;
    case 3: {
      // Copies: a later mutation of a shared node would be multiplied too.
      const counts = [1, 2, 20, 3_000].filter(
        (count) => count * textOf(slot.node).length < maxRepeatedLength,
      );
      const count = counts.length === 0 ? 1 : random.pick(counts);
      slot.replace({ kind: 'array', items: Array.from({ length: count }, () => structuredClone(slot.node)) });
      return;
    }
    case 4:
      slot.replace({ kind: 'object', members: [['"a"', slot.node]] });
      return;
    case 5:
      if (container.kind === 'object') {
        container.members.push([random.pick(hostileKeys), hostile()]);
      } else {
        container.items.push(hostile());
      }
      return;
    case 6:
      if (container.kind === 'object' && container.members.length > 0) {
        const [key, value] = random.pick(container.members);
        container.members.push([key, random.pick([structuredClone(value), hostile()])]);
      }
      return;
    default:
      if (container.kind === 'object') {
        container.members.splice(random.whole(container.members.length + 1), 1);
      } else {
        container.items.splice(random.whole(container.items.length + 1), 1);
      }
  }
}

function mutatePath(path: string, random: Random): string {
  const value = random.pick(hostileQueries);
  switch (random.whole(4)) {
    case 0:
      return `${path}${path.includes('?') ? '&' : '?'}${random.pick(['limit', 'cursor', 'status', 'after', 'x', ''])}=${value}`;
    case 1:
      return path.replace(/[^/?]+(?=$|\?)/u, value);
    case 2:
      return `${path}/${value}`;
    default:
      return path.replaceAll('/', random.pick(['//', '/./', '%2F', '/%2e%2e/']));
  }
}

/** Damage to the bytes of a body, whatever they mean. */
function chooseDamage(random: Random): (body: Buffer) => Buffer {
  const at = random.whole(2 ** 31);
  const byte = random.whole(256);
  switch (random.whole(8)) {
    case 0:
      return (body) => body.subarray(0, at % (body.length + 1));
    case 1:
      return (body) =>
        Buffer.concat([
          body.subarray(0, at % (body.length + 1)),
          Buffer.of(byte),
          body.subarray(at % (body.length + 1)),
        ]);
    case 2:
      return (body) => {
        const changed = Buffer.from(body);
        if (changed.length > 0) {
          changed[at % changed.length] = byte;
        }
        return changed;
      };
    case 3:
      return (body) => Buffer.concat([Buffer.of(0xef, 0xbb, 0xbf), body]);
    case 4:
      return (body) => Buffer.from(body.toString('utf8'), 'utf16le');
    case 5:
      return (body) => Buffer.from(body.toString('utf8'), 'latin1');
    case 6:
      return (body) =>
        Buffer.concat([body, Buffer.from(random.pick(['{}', '\0', ',', ' '.repeat(100_000), '//']))]);
    default:
      return (body) => Buffer.concat([body, body]);
  }
}
