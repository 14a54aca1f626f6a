import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { currentProcessIdentity, mayBeAlive } from './process-identity.ts';

it('takes itself for alive', () => {
  expect(mayBeAlive(currentProcessIdentity())).toBe(true);
});

it.runIf(existsSync('/proc/self/stat'))('takes a process that nobody collects for dead', async () => {
  // The shell becomes `sleep`, which collects no children: the inner shell stays a zombie.
  const parent = spawn('sh', ['-c', "sh -c 'echo $$' & exec sleep 20"], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    const pid = await new Promise<number>((resolve) => {
      parent.stdout.once('data', (chunk: Buffer) => resolve(Number(chunk.toString('utf8'))));
    });
    const isZombie = (): boolean => readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
    await expect.poll(isZombie).toBe(true);
    expect(mayBeAlive({ ...currentProcessIdentity(), pid, startTicks: null })).toBe(false);
  } finally {
    parent.kill('SIGKILL');
  }
});
