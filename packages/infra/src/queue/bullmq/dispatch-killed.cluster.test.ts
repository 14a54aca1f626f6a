import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { workerSteps } from '@pixsim7/contracts';
import type { StepQueue } from '@pixsim7/core';
import { describeWithRedis } from '@pixsim7/testkit/servers';
import { createBullmqBench, waiting } from '../testing/bullmq-bench.ts';
import type { BullmqBench } from '../testing/bullmq-bench.ts';
import { watchRuns } from '../testing/run-watch.ts';

/** As often as the resume loop of a worker offers the lanes of jobs that wait. */
const resumeMs = 2_000;
const longestWaitMs = 5_000;

const provider = 'runway';
const offerDispatch = (queue: StepQueue): Promise<void> =>
  queue.offer({ step: 'dispatch', id: provider }, Date.now());

describeWithRedis('a worker that is killed inside a dispatch', (server) => {
  let bench: BullmqBench;
  let directory: string;
  let child: ChildProcessByStdio<null, Readable, null> | null = null;
  let resuming: NodeJS.Timeout | undefined;

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'pixsim7-program-'));
    buildSync({
      stdin: {
        contents: `
          import { createBullmqStepQueue } from './bullmq-step-queue.ts';
          import { createScheduler } from '../scheduler.ts';
          const quiet = () => undefined;
          const [, , redisUrl, prefix, offers] = process.argv;
          const queue = createBullmqStepQueue({
            redisUrl,
            prefix,
            logger: { debug: quiet, info: quiet, warn: quiet, error: console.error },
            scheduler: createScheduler({ now: Date.now, wallTime: Date.now }),
          });
          const begin = queue.start({
            dispatch: () => { console.log('dispatching'); return new Promise(quiet); },
          });
          begin.then(() => offers === 'offers' && queue.offer({ step: 'dispatch', id: '${provider}' }, Date.now()));`,
        resolveDir: fileURLToPath(new URL('.', import.meta.url)),
      },
      conditions: ['@pixsim7/source'],
      outfile: join(directory, 'program.cjs'),
      bundle: true,
      platform: 'node',
      logLevel: 'error',
    });
  });

  beforeEach(async () => {
    await server().start();
    bench = createBullmqBench(server().url);
  });

  afterEach(async () => {
    clearInterval(resuming);
    child?.kill('SIGKILL');
    child = null;
    await bench.close();
  });

  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  function startDispatching(offers: 'offers' | 'takes'): ChildProcessByStdio<null, Readable, null> {
    child = spawn(process.execPath, [join(directory, 'program.cjs'), server().url, bench.prefix, offers], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    return child;
  }

  it.each([
    ['that it offered itself', 'offers'],
    ['that another process offered', 'takes'],
  ] as const)('one %s, holds up the jobs of the provider for 5 s at most', async (_, offers) => {
    const dying = startDispatching(offers);
    const api = bench.open();
    if (offers === 'takes') {
      await offerDispatch(api);
    }
    await once(dying.stdout, 'data');
    const watch = watchRuns();
    const worker = bench.open({ stays: workerSteps });
    await worker.start({ dispatch: watch.handler });
    // The one that lives also hears of it while the other still runs.
    await offerDispatch(api);
    await offerDispatch(worker);
    resuming = setInterval(() => void offerDispatch(worker), resumeMs);
    expect(watch.runs.get(provider)).toBe(undefined);
    dying.kill('SIGKILL');
    const killedAt = performance.now();
    await vi.waitFor(() => expect(watch.runs.get(provider)).toBeGreaterThan(0), waiting);
    expect(performance.now() - killedAt).toBeLessThan(longestWaitMs);
  });

  it('lets those run it that only take what others offer', async () => {
    const dying = startDispatching('takes');
    const api = bench.open();
    await offerDispatch(api);
    await once(dying.stdout, 'data');
    const watch = watchRuns();
    await bench.open().start({ dispatch: watch.handler });
    await offerDispatch(api);
    dying.kill('SIGKILL');
    const killedAt = performance.now();
    await vi.waitFor(() => expect(watch.runs.get(provider)).toBeGreaterThan(0), waiting);
    expect(performance.now() - killedAt).toBeLessThan(longestWaitMs);
  });
});
