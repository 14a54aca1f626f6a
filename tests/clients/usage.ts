// Compiled against the generated clients only, in the folder where they were generated.
import { createAsset, createJob, getAssetContent, listJobs } from './hey-api/index.ts';
import { createJobBody } from './orval/zod.ts';
import type { components, paths } from './types.ts';

type Schemas = components['schemas'];

export async function use(file: Blob): Promise<unknown[]> {
  const uploaded = await createAsset({ body: { file } });
  const made = await createJob({
    body: {
      operation_type: 'video_extend',
      provider_id: 'auto',
      params: { prompt: 'on and on', video_url: uploaded.data?.id ?? '' },
    },
  });
  const { data } = await listJobs({
    query: { status: ['failed', 'cancelled'], metadata: { shot: '12b' }, sort: 'created_at' },
  });
  const bytes = await getAssetContent({ path: { id: 'ast_1' } });
  return [made.data?.attention?.actions, made.data?.account_id?.length, data?.next_cursor, bytes.data];
}

export function narrowEvent(event: Schemas['Event']): string | null {
  switch (event.type) {
    case 'asset.created':
    case 'asset.updated':
    case 'asset.deleted':
      return event.data.asset_id;
    case 'job.failed':
      return event.data.error?.message ?? null;
    default:
      return null;
  }
}

export function narrowRequest(request: Schemas['CreateJobRequest']): string | null {
  return request.operation_type === 'video_extend' ? request.params.video_url : null;
}

export type Listed = paths['/api/v1/jobs']['get']['responses'][200];
export const isRequest = (value: unknown): boolean => createJobBody.safeParse(value).success;
