import type { Account, AccountId, CreateJobRequest, Job, JobId } from '@pixsim7/contracts';
import { createLoopbackClient } from './loopback-client.ts';

/** The API of a server as a program uses it that has much to do. */
export interface ServerClient {
  addAccounts(baseUrl: string): Promise<readonly AccountId[]>;
  createJob(): Promise<JobId>;
  readJob(id: JobId): Promise<Job>;
  close(): void;
}

export const benchApiKey = 'pxs_a-key-for-the-benchmarks-only-00000000000000';
export const benchProviderId = 'pixverse';
const accountCount = 8;
/** Room for every job at once: the work is measured, not the wait for a slot. */
const slotsOfAccount = 1_000;

/** Requests that are sent at a time; others wait. */
const connections = 256;

/** @param keys used in turn, because each may send 100 requests a second only */
export function createServerClient(address: string, keys: readonly string[] = [benchApiKey]): ServerClient {
  let sent = 0;
  const headers = (): Readonly<Record<string, string>> => {
    sent += 1;
    return { authorization: `Bearer ${keys[sent % keys.length]}` };
  };
  const client = createLoopbackClient(address, headers, connections);
  let created = 0;
  const send = async <Reply>(
    method: string,
    path: string,
    expected: number,
    body?: unknown,
  ): Promise<Reply> => {
    const reply = await client.send(method, path, body);
    const text = reply.body.toString('utf8');
    if (reply.status !== expected) {
      throw new Error(`${method} ${path} answered ${reply.status}: ${text}`);
    }
    return JSON.parse(text) as Reply;
  };
  return {
    async addAccounts(baseUrl) {
      const ids: AccountId[] = [];
      for (let number = 1; number <= accountCount; number += 1) {
        const account = await send<Account>('POST', '/api/v1/accounts', 201, {
          provider_id: benchProviderId,
          label: `benchmark-${number}`,
          credentials: { api_key: `sk-benchmark-${number}` },
          base_url: baseUrl,
          max_concurrent: slotsOfAccount,
        });
        ids.push(account.id);
      }
      return ids;
    },
    async createJob() {
      created += 1;
      const request: CreateJobRequest = {
        operation_type: 'text_to_video',
        provider_id: benchProviderId,
        params: { prompt: `a paper boat on rain water, ${created}`, quality: '360p' },
      };
      return (await send<Job>('POST', '/api/v1/jobs', 201, request)).id;
    },
    readJob: (id) => send<Job>('GET', `/api/v1/jobs/${id}`, 200),
    close: () => client.close(),
  };
}
