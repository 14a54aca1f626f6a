import type { Account, CreateJobRequest, Job, JobId } from '@pixsim7/contracts';

const provider = 'pixverse';
/** As many requests at a time as a busy page of users makes; one alone would measure the way there and back. */
const requestsAtATime = 16;

/** The API as a program uses it that has much to do. */
export class ApiClient {
  readonly #address: string;
  readonly #apiKey: string;

  constructor(address: string, apiKey: string) {
    this.#address = address;
    this.#apiKey = apiKey;
  }

  async addAccount(label: string, baseUrl: string, slots: number): Promise<Account> {
    return this.#send<Account>('POST', '/api/v1/accounts', {
      provider_id: provider,
      label,
      credentials: { api_key: `sk-${label}` },
      base_url: baseUrl,
      max_concurrent: slots,
    });
  }

  /** Returns the first of them. */
  async createJobs(count: number): Promise<JobId> {
    const ids: JobId[] = [];
    let next = 0;
    const createOneAfterTheOther = async (): Promise<void> => {
      while (next < count) {
        const request: CreateJobRequest = {
          operation_type: 'text_to_video',
          provider_id: provider,
          params: { prompt: `a paper boat on rain water, ${(next += 1)}`, quality: '360p' },
        };
        ids.push((await this.#send<Job>('POST', '/api/v1/jobs', request)).id);
      }
    };
    await Promise.all(Array.from({ length: requestsAtATime }, createOneAfterTheOther));
    const [first] = ids;
    if (first === undefined) {
      throw new Error('No job was created.');
    }
    return first;
  }

  async #send<Reply>(method: string, path: string, body: unknown): Promise<Reply> {
    const response = await fetch(`${this.#address}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.#apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) {
      throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    }
    return (await response.json()) as Reply;
  }
}
