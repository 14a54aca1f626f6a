import { describe, expect, it } from 'vitest';
import { relativePathOf } from './relative-path.ts';
import { createRequestCounts } from './request-counts.ts';

describe('createRequestCounts', () => {
  it('counts by route, whatever the id or file is called', () => {
    const requests = createRequestCounts();
    requests.count('POST', '/video/text/generate');
    requests.count('GET', '/video/result/305415137731978203');
    requests.count('GET', '/video/result/305415137731978204');
    requests.count('GET', '/v1/tasks/17f20503-6c24-4c16-946b-35dbbce2af2f');
    requests.count('GET', '/media/305415137731978203.mp4');
    requests.count('POST', '/media/upload');
    expect(requests.all()).toEqual({
      'POST /video/text/generate': 1,
      'GET /video/result/{id}': 2,
      'GET /v1/tasks/{id}': 1,
      'GET /media/{file}': 1,
      'POST /media/upload': 1,
    });
  });
});

describe('relativePathOf', () => {
  it('takes the base off, but only the base', () => {
    const provider = { basePath: '/openapi/v2' };
    expect(relativePathOf(provider, '/openapi/v2/video/result/1')).toBe('/video/result/1');
    expect(relativePathOf(provider, '/openapi/v20/x')).toBe('/openapi/v20/x');
    expect(relativePathOf(provider, '/media/1.mp4')).toBe('/media/1.mp4');
  });
});
