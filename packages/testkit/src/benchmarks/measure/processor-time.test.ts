import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { busySeconds, processorSeconds } from './processor-time.ts';

describe.runIf(existsSync('/proc/self/stat'))('processorSeconds', () => {
  it('counts this process and a child that ended', () => {
    const before = processorSeconds(process.pid) ?? Number.NaN;
    const used = spawnSync(process.execPath, ['--eval', 'for (let i = 0; i < 3e8; i += 1);']);
    expect(used.status).toBe(0);
    expect(processorSeconds(process.pid)).toBeGreaterThan(before);
  });

  it('knows nothing of a process that is not there', () => {
    // Above the largest number that Linux gives out (pid_max, 2^22).
    expect(processorSeconds(2 ** 22 + 1)).toBeNull();
  });
});

describe('busySeconds', () => {
  it('is at least what this process has used', () => {
    const { user, system } = process.cpuUsage();
    expect(busySeconds()).toBeGreaterThanOrEqual(Math.floor((user + system) / 1e6));
  });
});
