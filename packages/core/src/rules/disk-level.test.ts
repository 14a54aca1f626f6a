import { describe, expect, it } from 'vitest';
import { diskLevel } from './disk-level.ts';

const reserve = 800;
const space = (freeBytes: number, freeFiles: number | null = null) => ({
  freeBytes,
  totalBytes: 10_000,
  freeFiles,
});

describe('diskLevel', () => {
  it.each([
    [1_600, null, 'enough'],
    [1_599, null, 'low'],
    [800, null, 'low'],
    [799, null, 'reserved'],
    [100, null, 'reserved'],
    [99, null, 'full'],
    [0, null, 'full'],
    [9_000, 1_000, 'enough'],
    [9_000, 999, 'reserved'],
    [0, 0, 'full'],
  ] as const)('%s bytes and %s files are %s', (bytes, files, level) => {
    expect(diskLevel(space(bytes, files), reserve)).toBe(level);
  });

  it('never says that a disk is short when no reserve is wanted', () => {
    expect(diskLevel(space(0), 0)).toBe('enough');
  });
});
