import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

const folder = 'tests/fourth-provider';
const guide = read('docs/guides/add-a-provider.md');

interface Quote {
  /** The file that was linked last before the block. */
  readonly file: string;
  readonly text: string;
}

/** The TypeScript blocks of a page, each with the file that it claims to be of. */
function quotesOf(markdown: string): Quote[] {
  const quotes: Quote[] = [];
  let file = '';
  for (const match of markdown.matchAll(/\]\(\.\.\/\.\.\/([^)]+\.ts)\)|^```ts\n([\s\S]*?)^```$/gmu)) {
    if (match[1] !== undefined) {
      file = match[1];
    } else {
      quotes.push({ file, text: match[2] ?? '' });
    }
  }
  return quotes;
}

/** Whether a text stands in a file as whole lines, one after the other; the formatter of the page takes its margin away. */
function standsIn(source: string, text: string): boolean {
  return ['', '  ', '    '].some((margin) =>
    `\n${source}`.includes(`\n${text.replaceAll(/^(?=.)/gmu, margin)}`),
  );
}

describe('the walk through a provider', () => {
  const quotes = quotesOf(guide);

  it('quotes files', () => {
    expect(quotes.length).toBeGreaterThan(10);
    for (const { text } of quotes) {
      expect(text.split('\n').length).toBeGreaterThan(3);
    }
  });

  it.each(quotes)('quotes $file as it is', ({ file, text }) => {
    const missing = standsIn(read(file), text) ? [] : [text];
    expect(missing).toEqual([]);
  });

  it('leads through every file of the provider, in the order of the work', () => {
    const linked = [...guide.matchAll(/\]\(\.\.\/\.\.\/(tests\/fourth-provider\/[^)]+)\)/gu)].map(
      (match) => match[1] ?? '',
    );
    const files = readdirSync(join(root, folder), { recursive: true })
      .map((path) => `${folder}/${String(path).replaceAll('\\', '/')}`)
      .filter((path) => path.endsWith('.ts'));
    expect([...new Set(linked)].sort()).toEqual(files.sort());
    const order = [
      'manifest',
      'map-parameters',
      'build-request',
      'errors',
      'status',
      'adapter',
      'routes',
      'under-test',
    ];
    const places = order.map((name) => linked.findIndex((path) => path.includes(name)));
    expect(places).toEqual([...places].sort((left, right) => left - right));
  });

  it('knows a quote that is not of its file', () => {
    const [first] = quotes;
    const changed = first?.text.replace(/[a-z]{4}/u, 'xxxx') ?? '';
    expect(standsIn(read(first?.file ?? ''), changed)).toBe(false);
    // In the middle of a line is not as it stands.
    expect(standsIn('const value = 1;\n', 'value = 1;\n')).toBe(false);
  });
});
