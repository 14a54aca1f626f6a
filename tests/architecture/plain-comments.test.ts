import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

// A comment that opens with "What …" or "How long …" makes the reader hold a clause in mind until its verb comes. 317 did;
// "The time that …" or a plain verb says the same at once. A question may open so.
const clause = /^(?:What|Which|Whichever|Who|Whom|Whoever|Whatever|How|Where)\b/u;

interface Opening {
  /** Counted from 1. */
  readonly line: number;
  readonly sentence: string;
}

function* sourcesIn(folder: string): Generator<string> {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) {
      if (entry.name !== 'node_modules' && entry.name !== 'dist') {
        yield* sourcesIn(path);
      }
    } else if (/\.m?ts$/u.test(entry.name)) {
      yield path;
    }
  }
}

/** The first sentence of every comment that has lines of its own. */
function openingsOf(text: string): Opening[] {
  const openings: Opening[] = [];
  let comment: { line: number; words: string[]; isBlock: boolean } | null = null;
  const finish = (): void => {
    if (comment !== null) {
      const [sentence = ''] = comment.words
        .join(' ')
        .trim()
        .split(/(?<=[.?!])\s/u, 1);
      openings.push({ line: comment.line, sentence });
    }
    comment = null;
  };
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (comment?.isBlock === true) {
      comment.words.push(line.replace(/^\*(?!\/) ?/u, '').replace(/\*\/.*$/u, ''));
      if (line.includes('*/')) {
        finish();
      }
    } else if (line.startsWith('//')) {
      comment ??= { line: index + 1, words: [], isBlock: false };
      comment.words.push(line.replace(/^\/\/ ?/u, ''));
    } else {
      finish();
      if (line.startsWith('/*')) {
        const words = [line.replace(/^\/\*\*? ?/u, '').replace(/\*\/.*$/u, '')];
        comment = { line: index + 1, words, isBlock: true };
        if (line.includes('*/')) {
          finish();
        }
      }
    }
  }
  finish();
  return openings;
}

const hardToRead = ({ sentence }: Opening): boolean => clause.test(sentence) && !sentence.endsWith('?');

it('a comment opens with its subject or its verb', () => {
  const openings = ['packages', 'apps', 'tests']
    .flatMap((folder) => [...sourcesIn(folder)])
    .flatMap((path) =>
      openingsOf(readFileSync(join(root, path), 'utf8')).map((opening) => ({ ...opening, path })),
    );
  expect(openings.length).toBeGreaterThan(4_000);
  expect(
    openings.filter(hardToRead).map(({ path, line, sentence }) => `${path}:${line} ${sentence}`),
  ).toEqual([]);
});

it('finds the openings, and nothing else', () => {
  const text = [
    '// A first line.',
    '// What goes on here is no opening.',
    'const a = 1; // What trails is not looked at.',
    '// How often it is tried.',
    '/** Where it is. */',
    '/**',
    ' * Whoever comes first,',
    ' * goes first.',
    ' */',
    '/** What is it? */',
    '/** Whose turn it is. */',
    "const text = '// Who says so';",
  ].join('\n');
  expect(openingsOf(text).filter(hardToRead)).toEqual([
    { line: 4, sentence: 'How often it is tried.' },
    { line: 5, sentence: 'Where it is.' },
    { line: 6, sentence: 'Whoever comes first, goes first.' },
  ]);
});
