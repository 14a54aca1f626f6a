import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openJournal } from './journal.ts';

let directory: string;
let file: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'journal-'));
  file = join(directory, 'journal.jsonl');
});

afterEach(() => rmSync(directory, { recursive: true }));

function reopen(keep: (entry: number) => boolean = () => true): number[] {
  const { journal, entries } = openJournal<number>(file, keep);
  journal.close();
  return entries;
}

describe('openJournal', () => {
  it('starts empty where there is no file', () => {
    expect(reopen()).toEqual([]);
  });

  it('reads back what was appended, in order, without having been closed', () => {
    const { journal } = openJournal<number>(file, () => true);
    journal.append([1, 2]);
    journal.append([3]);
    expect(reopen()).toEqual([1, 2, 3]);
    journal.close();
  });

  it('drops a group that was cut off while it was written, and nothing else', () => {
    writeFileSync(file, '[1,2]\n[3,4');
    expect(reopen()).toEqual([1, 2]);
    expect(readFileSync(file, 'utf8')).toBe('[1,2]\n');
  });

  it('can be appended to after a cut-off line', () => {
    writeFileSync(file, '[1]\n[2');
    const { journal } = openJournal<number>(file, () => true);
    journal.append([3]);
    journal.close();
    expect(reopen()).toEqual([1, 3]);
  });

  it('refuses a file that is damaged in the middle', () => {
    writeFileSync(file, '[1]\nnot json\n[2]\n');
    expect(() => reopen()).toThrow(SyntaxError);
  });

  it('forgets what is not to be kept, in the file too', () => {
    appendFileSync(file, '[1,2]\n[4]\n[5]\n');
    expect(reopen((entry) => entry % 2 === 1)).toEqual([1, 5]);
    expect(readFileSync(file, 'utf8')).toBe('[1]\n[5]\n');
  });

  it('writes nothing for an empty group', () => {
    const { journal } = openJournal<number>(file, () => true);
    journal.append([]);
    journal.close();
    expect(readFileSync(file, 'utf8')).toBe('');
  });

  it('keeps nothing without a file', () => {
    const { journal, entries } = openJournal<number>(null, () => true);
    journal.append([1]);
    journal.close();
    expect(entries).toEqual([]);
  });
});
