import { join } from 'node:path';
import type { CreateJobRequest } from '@pixsim7/contracts';
import { createTestFolder } from '../../servers/leftovers.ts';
import { startServerProcess } from '../../servers/program.ts';
import type { RunningProgram } from '../../servers/program.ts';
import { createLoopbackClient } from '../bench/cluster/loopback-client.ts';
import type { LoopbackClient } from '../bench/cluster/loopback-client.ts';
import type { Opened } from '../measure/run-benchmark.ts';

/** A server without PostgreSQL and Redis, and a client of it. */
export interface EmbeddedInstallation {
  readonly server: RunningProgram;
  readonly client: LoopbackClient;
  /** @returns the id of the first */
  readonly createJobs: (count: number) => Promise<string>;
  readonly untilDone: () => Promise<void>;
}

const apiKey = 'pxs_a-key-for-the-benchmarks-only-00000000000000';
const provider = 'pixverse';
/** As a browser has them: what is asked more at a time waits, and its wait counts. */
const mostConnections = 6;
const lookEveryMs = 500;
const longestRunMs = 600_000;

export async function openEmbeddedInstallation(
  providerUrl: string,
  slots: number,
  opened: Opened,
): Promise<EmbeddedInstallation> {
  const server = await startServerProcess({
    DATA_DIR: join(await createTestFolder('embedded'), 'data'),
    API_KEY: apiKey,
    SECRET_KEY: 'a-secret-key-for-the-benchmarks-only',
    SANDBOX: 'off',
    // For a profiler, or a limit.
    ...(process.env['NODE_OPTIONS'] === undefined ? {} : { NODE_OPTIONS: process.env['NODE_OPTIONS'] }),
  });
  opened.add(() => server.terminate());
  const client = createLoopbackClient(
    server.ready,
    () => ({ authorization: `Bearer ${apiKey}` }),
    mostConnections,
  );
  opened.add(async () => client.close());

  async function send<Reply>(method: string, path: string, body?: unknown): Promise<Reply> {
    const { status, body: reply } = await client.send(method, path, body);
    const text = reply.toString('utf8');
    if (status >= 300) {
      throw new Error(`${path} answered ${status}: ${text}`);
    }
    return JSON.parse(text) as Reply;
  }

  await send('POST', '/api/v1/accounts', {
    provider_id: provider,
    label: 'benchmark',
    credentials: { api_key: 'sk-benchmark' },
    base_url: providerUrl,
    max_concurrent: slots,
  });

  return {
    server,
    client,
    async createJobs(count) {
      const created = await Promise.all(
        Array.from({ length: count }, (_, number) => {
          const request: CreateJobRequest = {
            operation_type: 'text_to_video',
            provider_id: provider,
            params: { prompt: `a paper boat on rain water, ${number}`, quality: '360p' },
          };
          return send<{ readonly id: string }>('POST', '/api/v1/jobs', request);
        }),
      );
      return created[0]?.id ?? '';
    },
    async untilDone() {
      const deadline = performance.now() + longestRunMs;
      const unfinished = '/api/v1/jobs?status=pending,processing&limit=1';
      while ((await send<{ readonly data: readonly unknown[] }>('GET', unfinished)).data.length > 0) {
        if (performance.now() > deadline) {
          throw new Error('The jobs did not end in time.');
        }
        await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
      }
    },
  };
}
