import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { currentProcessIdentity, mayBeAlive } from './process-identity.ts';

/** The number of a process that has ended. */
function deadPid(): number {
  const { pid } = spawnSync(process.execPath, ['--eval', '']);
  return pid;
}

describe('mayBeAlive', () => {
  const self = currentProcessIdentity();

  it('is true of this process and of its parent', () => {
    expect(mayBeAlive(self)).toBe(true);
    expect(mayBeAlive({ ...self, pid: process.ppid, startTicks: null })).toBe(true);
  });

  it('is false of a process that has ended', () => {
    expect(mayBeAlive({ ...self, pid: deadPid() })).toBe(false);
  });

  it.runIf(self.startTicks !== null)('is false when the number belongs to a later process by now', () => {
    expect(mayBeAlive({ ...self, startTicks: '1' })).toBe(false);
  });

  it.runIf(self.bootId !== null)('is false of a process from before the last boot', () => {
    expect(mayBeAlive({ ...self, bootId: '00000000-0000-0000-0000-000000000000' })).toBe(false);
  });

  it('is true when only the number is known and it is in use', () => {
    expect(mayBeAlive({ ...self, startTicks: null, bootId: null })).toBe(true);
  });

  it('is true of a process on another host, which nobody can look at from here', () => {
    expect(mayBeAlive({ ...self, host: 'another-host', pid: deadPid() })).toBe(true);
  });
});
