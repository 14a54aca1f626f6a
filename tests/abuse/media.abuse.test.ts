import { describe, expect, it } from 'vitest';
import { fuzzMedia } from '@pixsim7/testkit/fuzz';

const megabyte = 1024 ** 2;

describe('wounded media files', () => {
  it('are answered with facts or a reason, in time, while the process that asks goes on', async () => {
    const report = await fuzzMedia({ runs: 600, seed: 1 });
    process.stdout.write(`${JSON.stringify(report)}\n`);
    expect(report.violations).toEqual([]);
    expect(report.runs).toBe(600);
    // Files that are all refused at their first bytes would show nothing.
    expect(report.answers['facts']).toBeGreaterThan(60);
    expect(report.longestStallMs).toBeLessThan(250);
    // Two children of 72 MB, 128 MB for decoding, and what is filled until the next look.
    expect(report.peakChildrenBytes).toBeLessThan(320 * megabyte);
  });
});
