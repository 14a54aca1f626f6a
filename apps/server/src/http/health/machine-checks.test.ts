import { describe, expect, it } from 'vitest';
import { diskCheck, logCheck } from './machine-checks.ts';

const space = (freeBytes: number, freeFiles: number | null = null) => ({
  freeBytes,
  totalBytes: 8e9,
  freeFiles,
});

describe('diskCheck', () => {
  it('says how much is free, and what happens below the reserve', () => {
    expect(diskCheck(space(4e9), 1e9)).toEqual({ status: 'ok', detail: '4000 MB of 8000 MB are free.' });
    expect(diskCheck(space(1.5e9), 1e9)).toEqual({
      status: 'degraded',
      detail: '1500 MB of 8000 MB are free; below 1000 MB new work is refused. Free some space.',
    });
    expect(diskCheck(space(0.5e9), 1e9)).toMatchObject({
      status: 'down',
      detail: expect.stringContaining('New work is refused; accepted jobs go on.') as string,
    });
  });

  it('tells of a disk that has room and no files left', () => {
    expect(diskCheck(space(4e9, 12), 1e9)).toMatchObject({
      status: 'down',
      detail: expect.stringContaining('for 12 files') as string,
    });
  });
});

describe('logCheck', () => {
  it('keeps the count after the log works again', () => {
    expect(logCheck({ dropped: 0, failing: false })).toEqual({ status: 'ok', detail: 'Is written.' });
    expect(logCheck({ dropped: 7, failing: true })).toEqual({
      status: 'degraded',
      detail: 'The log cannot be written; 7 lines were dropped since the start.',
    });
    expect(logCheck({ dropped: 7, failing: false }).status).toBe('ok');
  });
});
