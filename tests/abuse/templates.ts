import type { Template } from './mutate-request.ts';

/** Ids that exist, so mutations get past the first check. */
export interface KnownIds {
  readonly account: string;
  readonly job: string;
}

/** A valid request for every JSON route, and for the reads whose addresses have parts that vary. */
export function templatesFor({ account, job }: KnownIds): readonly Template[] {
  const create = {
    operation_type: 'text_to_video',
    provider_id: 'pixverse',
    params: { prompt: 'a boat', model: 'v4.5', duration: 5, quality: '540p', seed: 7 },
    max_credits: 100,
    priority: 1,
    name: 'a name',
    metadata: { project: 'one', take: '2' },
  };
  const withPicture = {
    operation_type: 'image_to_video',
    provider_id: 'pixverse',
    params: { prompt: 'a boat', image_url: `data:image/png;base64,${onePixel}` },
  };
  return [
    { method: 'POST', path: '/api/v1/jobs', json: create },
    { method: 'POST', path: '/api/v1/jobs', json: create, headers: [['Idempotency-Key', 'abuse-1']] },
    { method: 'POST', path: '/api/v1/jobs', json: withPicture },
    { method: 'POST', path: '/api/v1/quotes', json: create },
    { method: 'POST', path: '/api/v1/quotes', json: withPicture },
    // Without credentials, so it is always refused: an accepted account could call the real provider.
    { method: 'POST', path: '/api/v1/accounts', json: { provider_id: 'pixverse', label: 'Another' } },
    { method: 'PATCH', path: `/api/v1/accounts/${account}`, json: { label: 'Renamed', priority: 2 } },
    { method: 'POST', path: '/api/v1/assets', json: { url: 'http://127.0.0.1:1/a.png' } },
    { method: 'POST', path: `/api/v1/jobs/${job}/cancel`, json: {} },
    { method: 'POST', path: `/api/v1/jobs/${job}/resolve`, json: { action: 'give_up' } },
    { method: 'POST', path: `/api/v1/jobs/${job}/retry`, json: {} },
    { method: 'GET', path: '/api/v1/jobs?limit=5&status=pending' },
    { method: 'GET', path: `/api/v1/jobs/${job}` },
    { method: 'GET', path: `/api/v1/jobs/${job}/submissions` },
    { method: 'GET', path: '/api/v1/assets?limit=5' },
    { method: 'GET', path: '/api/v1/assets/ast_00000000000000000000000000/content' },
    { method: 'GET', path: `/api/v1/accounts/${account}` },
    { method: 'GET', path: '/api/v1/events?after=0' },
    { method: 'GET', path: '/api/v1/providers/pixverse' },
    { method: 'DELETE', path: '/api/v1/assets/ast_00000000000000000000000000' },
  ];
}

const onePixel =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
