import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Job } from '@pixsim7/contracts';
import { TestClient } from '../support/client.ts';
import { report } from '../support/report.ts';
import { ensureServerImages, openProject } from './compose.ts';
import type { Project } from './compose.ts';
import { describeContainer } from './describe-container.ts';
import { inspect, megabytes, untilHealthy } from './in-container.ts';

const secrets = {
  API_KEY: 'pxs_a-key-for-the-compose-tests-only-0000000',
  SECRET_KEY: 'a-secret-for-the-compose-tests-only-00000000',
  POSTGRES_PASSWORD: 'onlyfortests',
  PIXVERSE_API_KEY: 'sk-for-the-compose-tests',
};
const jobCount = 4;

describeContainer('docker-compose.yml with PostgreSQL and Redis', (docker, built) => {
  const client = new TestClient(() => 'http://127.0.0.1:8000', secrets.API_KEY);
  let folder: string;
  let project: Project;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pixsim7-compose-'));
    const origin = await ensureServerImages(docker, built);
    const server = {
      image: built.image,
      mem_limit: `${megabytes}m`,
      environment: { PIXVERSE_BASE_URL: 'http://emulator:9100/openapi/v2' },
    };
    const emulator = {
      image: built.image,
      command: ['node', 'packages/emulators/dist/main.js', '--host', 'emulator', '--render-seconds', '1,3'],
    };
    project = await openProject(folder, built, secrets, {
      services: { api: server, worker: server, emulator },
    });
    const started = performance.now();
    await project.compose('up', '--detach', '--no-build');
    const members = await Promise.all([project.containers('api'), project.containers('worker')]);
    await Promise.all(members.flat().map((container) => untilHealthy(docker, container)));
    const seconds = ((performance.now() - started) / 1_000).toFixed(0);
    report(
      `container: PostgreSQL, Redis (${origin}), an api process and two workers were healthy after ${seconds} s.`,
    );
  });

  afterAll(async () => {
    await project?.compose('down', '--volumes', '--timeout', '30');
    await rm(folder, { recursive: true, force: true });
  });

  async function finished(id: string): Promise<Job> {
    for (let asked = 0; asked < 240; asked += 1) {
      const now = await client.job(id);
      if (now.completed_at !== null) {
        return now;
      }
      await sleep(250);
    }
    throw new Error(`${id} did not end:\n${await project.compose('logs', '--tail', '40')}`);
  }

  it('runs one api process and two workers, read-only', async () => {
    for (const [service, count] of [
      ['api', 1],
      ['worker', 2],
    ] as const) {
      const containers = await project.containers(service);
      expect(containers).toHaveLength(count);
      for (const container of containers) {
        const facts = await inspect(
          docker,
          container,
          '{{.HostConfig.ReadonlyRootfs}} {{.HostConfig.Memory}}',
        );
        expect(facts).toBe(`true ${megabytes * 1024 ** 2}`);
      }
    }
  });

  it('makes videos that the api process gives out', async () => {
    const jobs = await Promise.all(
      Array.from({ length: jobCount }, async (_, index) => {
        const params = { prompt: `boat ${index}`, quality: '540p', duration: 5 } as const;
        const request = { operation_type: 'text_to_video', provider_id: 'pixverse', params } as const;
        return finished((await client.createJob(request, `compose-${index}`)).id);
      }),
    );
    expect(jobs.map(({ status }) => status)).toEqual(jobs.map(() => 'completed'));
    for (const job of jobs) {
      const video = await client.request(`/api/v1/assets/${job.assets[0]?.id}/content`);
      expect(
        Buffer.from(await video.arrayBuffer())
          .subarray(4, 8)
          .toString('latin1'),
      ).toBe('ftyp');
    }
  });

  it('is found in order by doctor', async () => {
    const [api = ''] = await project.containers('api');
    const said = await docker('exec', api, 'node', 'apps/server/dist/doctor/main.js');
    expect(said).not.toMatch(/\bproblem\b/u);
  });

  it('stops every process with 0', async () => {
    await project.compose('stop');
    for (const service of ['api', 'worker', 'postgres', 'redis']) {
      for (const container of await project.containers(service)) {
        const end = await inspect(docker, container, '{{.State.ExitCode}} {{.State.OOMKilled}}');
        expect({ service, end }).toEqual({ service, end: '0 false' });
      }
    }
  });
});
