import { readFile } from 'node:fs/promises';
import type { Asset, Choice, ChoiceKind, CreateJobRequest, Job, Lineage, List } from '@pixsim7/contracts';

/** The API as the demo uses it: nothing that a stranger with curl could not do. */
export interface DemoApi {
  createJob(request: CreateJobRequest, idempotencyKey: string): Promise<Job>;
  /** Holds until the job changes, at most a second: the terminal shows the seconds go by. */
  job(id: string): Promise<Job>;
  upload(path: string, name: string): Promise<Asset>;
  download(asset: Asset): Promise<Uint8Array>;
  lineage(assetId: string): Promise<Lineage>;
  /** @throws DemoApiError when the provider lists none */
  firstChoice(providerId: string, kind: ChoiceKind): Promise<Choice>;
}

/** An answer of the API that the demo did not expect. */
export class DemoApiError extends Error {
  override readonly name = 'DemoApiError';
}

export function createDemoApi(baseUrl: string, apiKey: string, fetch: typeof globalThis.fetch): DemoApi {
  const call = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${apiKey}`);
    const response = await fetch(`${baseUrl}${path}`, { ...init, headers });
    if (!response.ok) {
      throw new DemoApiError(`${path} answered ${response.status}: ${await response.text()}`);
    }
    return response;
  };
  const json = async <Body>(path: string, init?: RequestInit): Promise<Body> =>
    (await call(path, init)).json() as Promise<Body>;
  return {
    createJob: (request, idempotencyKey) =>
      json<Job>('/api/v1/jobs', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
        body: JSON.stringify(request),
      }),
    job: (id) => json<Job>(`/api/v1/jobs/${id}?wait=1`),
    upload: async (path, name) => {
      const form = new FormData();
      form.set('file', new Blob([await readFile(path)], { type: 'image/jpeg' }), name);
      return json<Asset>('/api/v1/assets', { method: 'POST', body: form });
    },
    download: async (asset) => new Uint8Array(await (await call(asset.content_url)).arrayBuffer()),
    firstChoice: async (providerId, kind) => {
      const { data } = await json<List<Choice>>(`/api/v1/providers/${providerId}/choices/${kind}?limit=1`);
      const [first] = data;
      if (first === undefined) {
        throw new DemoApiError(`${providerId} lists no ${kind}.`);
      }
      return first;
    },
    lineage: (assetId) => json<Lineage>(`/api/v1/assets/${assetId}/lineage?depth=10`),
  };
}
