import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Job } from '@pixsim7/contracts';
import { TestClient } from '../support/client.ts';
import { report } from '../support/report.ts';
import { describeContainer } from './describe-container.ts';
import { succeeds } from './docker.ts';
import { confined, freePort, inspect, processes, untilHealthy, watchMemory } from './in-container.ts';

const server = `pixsim7-server-${process.pid}`;
const apiKey = 'pxs_a-key-for-the-container-tests-only-00000';
/** The same time that docker-compose.yml gives it. */
const graceSeconds = 30;

describeContainer('a server in a container', (docker, { image }) => {
  let client: TestClient;
  let job: Job;

  beforeAll(async () => {
    const port = await freePort();
    client = new TestClient(() => `http://127.0.0.1:${port}`, apiKey);
    const started = performance.now();
    await docker(
      'run',
      '--detach',
      '--name',
      server,
      '--network',
      'host',
      ...confined,
      '--env',
      'HOST=127.0.0.1',
      '--env',
      `PORT=${port}`,
      '--env',
      `API_KEY=${apiKey}`,
      image,
    );
    await untilReady();
    const ready = performance.now() - started;
    await untilHealthy(docker, server);
    const healthy = performance.now() - started;
    report(
      `container: the server answered after ${(ready / 1_000).toFixed(1)} s and was healthy after ${(healthy / 1_000).toFixed(1)} s.`,
    );
  });

  afterAll(async () => {
    await docker('rm', '--force', '--volumes', server).catch(() => undefined);
  });

  async function untilReady(): Promise<void> {
    while ((await inspect(docker, server, '{{.State.Running}}')) === 'true') {
      if (await succeeds(client.json('/ready'))) {
        return;
      }
      await sleep(200);
    }
    throw new Error(`${server} ended:\n${await docker('logs', server)}`);
  }

  async function finished(id: string): Promise<Job> {
    for (let asked = 0; asked < 240; asked += 1) {
      const now = await client.job(id);
      if (now.completed_at !== null) {
        return now;
      }
      await sleep(250);
    }
    throw new Error(`${id} did not end.`);
  }

  it('makes a video through the API', async () => {
    const memory = watchMemory(docker, server);
    const request = { operation_type: 'text_to_video', provider_id: 'pixverse' } as const;
    const params = { prompt: 'a paper boat on rain water', quality: '540p', duration: 5 } as const;
    job = await finished((await client.createJob({ ...request, params }, server)).id);
    const peak = await memory.stop();
    report(`container: the server took at most ${peak} MB while it made a video.`);
    expect(job.status).toBe('completed');
    expect(job.assets).toHaveLength(1);
  });

  it('leaves no zombie, because process 1 collects orphans', async () => {
    const seen = async (): Promise<string[]> =>
      (await processes(docker, server)).map(({ state, command }) => `${state} ${command}`);
    expect((await seen())[0]).toContain('tini -- node --liftoff-only apps/server/dist/main.js');
    // The shell is gone before its child, which then belongs to process 1.
    await docker('exec', server, 'sh', '-c', 'sleep 3 >/dev/null 2>&1 &');
    expect((await seen()).filter((line) => line.includes('sleep 3'))).toHaveLength(1);
    await sleep(4_000);
    expect((await seen()).filter((line) => line.startsWith('Z') || line.includes('sleep'))).toEqual([]);
  });

  it('has the same video after a restart', async () => {
    const assetId = job.assets[0]?.id ?? 'none';
    const before = await client.contentHash(assetId);
    await docker('restart', '--time', String(graceSeconds), server);
    await untilHealthy(docker, server);
    expect(await client.contentHash(assetId)).toBe(before);
    expect((await client.job(job.id)).status).toBe('completed');
  });

  it('writes nowhere but in its volume and in /tmp', async () => {
    await expect(docker('exec', server, 'touch', '/app/written')).rejects.toThrow('Read-only file system');
    await docker('exec', server, 'touch', '/data/written', '/tmp/written');
  });

  it(`stops with 0 well within ${graceSeconds} s`, async () => {
    const started = performance.now();
    await docker('stop', '--time', String(graceSeconds), server);
    const seconds = (performance.now() - started) / 1_000;
    report(`container: the server stopped after ${seconds.toFixed(1)} s.`);
    expect(seconds).toBeLessThan(graceSeconds);
    expect(await inspect(docker, server, '{{.State.ExitCode}} {{.State.OOMKilled}}')).toBe('0 false');
  });
});
