import { createHash } from 'node:crypto';
import type { Account, CreateJobRequest, Job, List, Submission } from '@pixsim7/contracts';

/** The state that the control API of an emulator reports. */
export interface EmulatorState {
  readonly generations: readonly {
    readonly id: string;
    readonly trace_id: string;
    readonly operation: string;
    readonly state: 'running' | 'succeeded' | 'filtered' | 'failed';
    readonly credits: number;
  }[];
  readonly requests: Readonly<Record<string, number>>;
  readonly accounts: readonly {
    /** The last four characters of the API key. */
    readonly api_key_suffix: string;
    readonly credits_left: number;
    readonly max_running: number;
  }[];
  readonly credits_left: number;
  readonly max_running: number;
}

export async function emulatorState(url: string): Promise<EmulatorState> {
  return (await fetch(`${url}/_emulator/state`)).json() as Promise<EmulatorState>;
}

export async function control(url: string, path: string, body: unknown): Promise<void> {
  const response = await fetch(`${url}/_emulator/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) {
    throw new Error(`/_emulator/${path} answered ${response.status}: ${await response.text()}`);
  }
}

/** The API as a program of a stranger uses it. The address may change between calls: a restarted server has a new port. */
export class TestClient {
  readonly #address: () => string;
  readonly #apiKey: string;

  constructor(address: () => string, apiKey: string) {
    this.#address = address;
    this.#apiKey = apiKey;
  }

  async request(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${this.#apiKey}`);
    return fetch(`${this.#address()}${path}`, { ...init, headers });
  }

  async json<Body>(path: string, init?: RequestInit): Promise<Body> {
    const response = await this.request(path, init);
    if (!response.ok) {
      throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    }
    return response.json() as Promise<Body>;
  }

  createJob(request: CreateJobRequest, idempotencyKey: string): Promise<Job> {
    return this.json<Job>('/api/v1/jobs', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
      body: JSON.stringify(request),
    });
  }

  job(id: string): Promise<Job> {
    return this.json<Job>(`/api/v1/jobs/${id}`);
  }

  /** Every job with this status, or every job. */
  async jobs(status?: Job['status']): Promise<Job[]> {
    const jobs: Job[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const query = new URLSearchParams({
        limit: '100',
        ...(status === undefined ? {} : { status }),
        ...(cursor === '' ? {} : { cursor }),
      });
      const page: List<Job> = await this.json(`/api/v1/jobs?${query}`);
      jobs.push(...page.data);
      cursor = page.next_cursor;
    }
    return jobs;
  }

  async submissions(id: string): Promise<Submission[]> {
    return (await this.json<{ data: Submission[] }>(`/api/v1/jobs/${id}/submissions`)).data;
  }

  async accounts(): Promise<Account[]> {
    return (await this.json<{ data: Account[] }>('/api/v1/accounts')).data;
  }

  /** SHA-256 of an asset's bytes as the server gives them out. */
  async contentHash(assetId: string): Promise<string> {
    return hashOf(await this.request(`/api/v1/assets/${assetId}/content`));
  }
}

/** SHA-256 of a generated file as the provider has it. */
export async function providerHash(url: string, generationId: string): Promise<string> {
  const response = await fetch(`${url}/media/${generationId}.mp4`);
  if (!response.ok) {
    throw new Error(`The file of ${generationId}: ${response.status}`);
  }
  return hashOf(response);
}

async function hashOf(response: Response): Promise<string> {
  return createHash('sha256')
    .update(new Uint8Array(await response.arrayBuffer()))
    .digest('hex');
}
