import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Account, Asset, CreateJobRequest, Job } from '@pixsim7/contracts';
import { createTestFolder, startServerProcess } from '@pixsim7/testkit/servers';
import type { RunningProgram } from '@pixsim7/testkit/servers';
import { control } from '../support/client.ts';
import { PatientClient } from '../support/patient-client.ts';
import { startEmulatorProcess } from '../support/processes.ts';

const apiKey = 'pxs_a-key-for-the-abuse-tests-only-0000000';
const picture = new URL('../../apps/server/assets/demo/dawn.jpg', import.meta.url);
const small = { model: 'v6', quality: '360p', duration: 1 } as const;
/** Slots of each account: more than one step had places for when all accounts shared them. */
const slots = 40;

/** The durations of the three parts of a job, in milliseconds. */
export interface Latency {
  /** From the request of the person until the provider has accepted it. */
  readonly accepted: number;
  /** From there until we know that it is done. */
  readonly noticed: number;
  /** From there until its file is stored. */
  readonly stored: number;
}

export const partsOfLatency = ['accepted', 'noticed', 'stored'] as const satisfies readonly (keyof Latency)[];

/** A server of its own, and accounts at emulators of its own. */
export class Installation {
  readonly client: PatientClient;
  readonly #server: RunningProgram;
  readonly #emulators = new Set<RunningProgram>();
  #made = 0;

  private constructor(server: RunningProgram) {
    this.#server = server;
    this.client = new PatientClient(() => [server.ready], apiKey);
  }

  static async start(): Promise<Installation> {
    const directory = await createTestFolder('abuse');
    return new Installation(
      await startServerProcess({ DATA_DIR: join(directory, 'data'), API_KEY: apiKey, SANDBOX: 'off' }),
    );
  }

  async close(): Promise<void> {
    await this.#server.kill();
    await Promise.all([...this.#emulators].map((emulator) => emulator.kill()));
  }

  /** A provider of its own, which can hang without any other. */
  async startProvider(): Promise<RunningProgram> {
    const emulator = await startEmulatorProcess(await createTestFolder('provider'), [
      '--render-seconds=1,1',
      '--credits=1000000',
      '--max-concurrent=100',
    ]);
    this.#emulators.add(emulator);
    return emulator;
  }

  async addAccount(label: string, emulator: RunningProgram): Promise<TestAccount> {
    const account = await this.client.json<Account>('/api/v1/accounts', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        provider_id: 'pixverse',
        label,
        credentials: { api_key: `sk-${label}` },
        base_url: `${emulator.ready}/openapi/v2`,
        max_concurrent: slots,
      }),
    });
    return { id: account.id, emulator };
  }

  /** A job that is pinned to an account; with a picture that no account has uploaded before, unless it needs none. */
  async createJob(account: TestAccount, withPicture: boolean): Promise<Job> {
    this.#made += 1;
    const number = this.#made;
    const base = { provider_id: 'pixverse', account_id: account.id } as const;
    const request: CreateJobRequest = withPicture
      ? {
          ...base,
          operation_type: 'image_to_video',
          params: { ...small, prompt: 'a kite', image_url: await this.#uploadPicture(number) },
        }
      : { ...base, operation_type: 'text_to_video', params: { ...small, prompt: 'a kite' } };
    return this.client.createJob(request, `abuse-${number}`);
  }

  createJobs(account: TestAccount, count: number, withPicture: boolean): Promise<Job[]> {
    return Promise.all(Array.from({ length: count }, () => this.createJob(account, withPicture)));
  }

  /** Makes a job and waits for its file. A part that did not end in this time counts as the whole time. */
  async measure(account: TestAccount, patienceMs: number): Promise<Latency> {
    const job = await this.createJob(account, true);
    const deadline = Date.now() + patienceMs;
    for (let isOpen = true; isOpen && Date.now() < deadline;) {
      // Answered at the next change of the job.
      isOpen = (await this.client.json<Job>(`/api/v1/jobs/${job.id}?wait=5`)).completed_at === null;
    }
    const [attempt] = await this.client.submissions(job.id);
    const now = Date.now();
    const times = [job.created_at, attempt?.accepted_at, attempt?.finished_at, attempt?.stored_at].map(
      (time) => (time === undefined || time === null ? now : Date.parse(time)),
    );
    const [created = now, accepted = now, finished = now, stored = now] = times;
    return { accepted: accepted - created, noticed: finished - accepted, stored: stored - finished };
  }

  /** The time until the balance of the account is read when nobody asks for it. */
  async untilBalanceIsRead(account: TestAccount, patienceMs: number): Promise<number> {
    const began = Date.now();
    for (let waited = 0; waited < patienceMs; waited = Date.now() - began) {
      const { balance } = await this.client.json<Account>(`/api/v1/accounts/${account.id}`);
      if (balance.observed_at !== undefined && Date.parse(balance.observed_at) > began) {
        return waited;
      }
      await sleep(250);
    }
    return patienceMs;
  }

  async #uploadPicture(number: number): Promise<string> {
    const bytes = await readFile(picture);
    const form = new FormData();
    // Bytes after the end of the picture make it another file.
    form.append('file', new Blob([bytes, `${number}`], { type: 'image/jpeg' }), 'dawn.jpg');
    return (await this.client.json<Asset>('/api/v1/assets', { method: 'POST', body: form })).id;
  }
}

export interface TestAccount {
  readonly id: Account['id'];
  readonly emulator: RunningProgram;
}

/** From now on every request like this goes wrong at this provider. */
export function spoil(
  { ready: url }: RunningProgram,
  match: { readonly method: string; readonly path: string },
  action: 'hang' | 'drip',
  value: number | null,
): Promise<void> {
  return control(url, 'faults', {
    match,
    action,
    times: 1_000_000,
    ...(value === null ? {} : { value }),
  });
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}
