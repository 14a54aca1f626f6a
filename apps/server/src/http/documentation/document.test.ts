import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operationTypes, requestErrorCodes } from '@pixsim7/contracts';
import { openBench } from '../__tests__/http-bench.ts';
import type { HttpBench } from '../__tests__/http-bench.ts';

interface Document {
  openapi: string;
  security?: unknown;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, unknown>; securitySchemes: Record<string, unknown> };
}

interface Operation {
  operationId?: string;
  summary?: string;
  tags?: string[];
  security?: Record<string, unknown>[];
  parameters?: { in: string; name: string }[];
  responses: Record<string, unknown>;
}

let bench: HttpBench;
let document: Document;
let operations: [string, Operation][];

beforeAll(async () => {
  bench = await openBench();
  document = await bench.json<Document>('GET', '/openapi.json', { key: null });
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, Operation] => [
      `${method.toUpperCase()} ${path}`,
      operation,
    ]),
  );
});

afterAll(() => bench.close());

/** Every value under a name, anywhere. */
function valuesOf(name: string, value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  return Object.entries(value).flatMap(([key, child]: [string, unknown]) => [
    ...(key === name ? [child] : []),
    ...valuesOf(name, child),
  ]);
}

describe('openapi.json', () => {
  it('has every route that is served, and no other', () => {
    const undocumented = [
      'GET /',
      'GET /docs',
      'GET /docs/{file}',
      'GET /docs/problems/{code}',
      'GET /admin/queues',
      'GET /admin/queues/{page}',
      'GET /docs/start.js',
      'GET /openapi.json',
    ];
    const served = bench.app.routes
      .filter(({ method }) => method !== 'ALL')
      .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)(?:\{[^}]*\})?/g, '{$1}')}`);
    expect(new Set([...operations.map(([name]) => name), ...undocumented])).toEqual(new Set(served));
  });

  it('has the routes of the design', () => {
    expect(operations.map(([name]) => name).sort()).toEqual([
      'DELETE /api/v1/accounts/{id}',
      'DELETE /api/v1/assets/{id}',
      'GET /api/v1/accounts',
      'GET /api/v1/accounts/{id}',
      'GET /api/v1/assets',
      'GET /api/v1/assets/{id}',
      'GET /api/v1/assets/{id}/content',
      'GET /api/v1/assets/{id}/lineage',
      'GET /api/v1/assets/{id}/poster',
      'GET /api/v1/events',
      'GET /api/v1/jobs',
      'GET /api/v1/jobs/{id}',
      'GET /api/v1/jobs/{id}/submissions',
      'GET /api/v1/providers',
      'GET /api/v1/providers/{id}',
      'GET /api/v1/providers/{id}/choices/{kind}',
      'GET /health',
      'GET /metrics',
      'GET /ready',
      'PATCH /api/v1/accounts/{id}',
      'POST /api/v1/accounts',
      'POST /api/v1/accounts/{id}/refresh',
      'POST /api/v1/assets',
      'POST /api/v1/assets/import',
      'POST /api/v1/jobs',
      'POST /api/v1/jobs/{id}/cancel',
      'POST /api/v1/jobs/{id}/resolve',
      'POST /api/v1/jobs/{id}/retry',
      'POST /api/v1/providers/{id}/masks',
      'POST /api/v1/quotes',
      'POST /hooks/{provider}/{token}',
    ]);
  });

  it('refers to nothing that is not there', () => {
    const references = valuesOf('$ref', document);
    expect(references.length).toBeGreaterThan(20);
    for (const reference of references) {
      const name = /^#\/components\/schemas\/(\w+)$/.exec(String(reference))?.[1] ?? '';
      expect(Object.keys(document.components.schemas)).toContain(name);
    }
    const schemes = new Set(operations.flatMap(([, { security = [] }]) => security.flatMap(Object.keys)));
    expect(new Set(Object.keys(document.components.securitySchemes))).toEqual(schemes);
  });

  it('has the wire schemas as components', () => {
    expect(Object.keys(document.components.schemas)).toEqual(
      expect.arrayContaining([
        'Job',
        'Asset',
        'Account',
        'Problem',
        'Quote',
        'Submission',
        'Event',
        'Health',
      ]),
    );
  });

  it('names, sorts and explains every operation', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(new Set(operations.map(([, { operationId }]) => operationId)).size).toBe(operations.length);
    for (const [name, operation] of operations) {
      expect(operation).toMatchObject({
        operationId: expect.stringMatching(/^[a-z]+[A-Z]/) as string,
        summary: expect.any(String) as string,
        tags: [expect.any(String)],
      });
      const inPath = [...name.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter);
      const declared = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
      expect([name, ...declared.map((parameter) => parameter.name)]).toEqual([name, ...inPath]);
    }
  });

  it('says which operations need a key, and that each of them can refuse', () => {
    for (const [name, { security, responses }] of operations) {
      const isProbe = ['GET /health', 'GET /ready'].includes(name);
      // A provider has no key of ours: its signature is what it comes with.
      const isOpen = isProbe || name === 'POST /hooks/{provider}/{token}';
      expect([name, security?.length]).toEqual([name, isOpen ? 0 : 2]);
      expect([name, '400' in responses, 'default' in responses]).toEqual([name, true, !isProbe]);
    }
  });

  it('has a variant of the job request for each operation, with the parameters that some model takes', () => {
    const { schemas } = document.components;
    const request = schemas['CreateJobRequest'] as { oneOf: unknown[]; discriminator: { mapping: object } };
    expect(Object.keys(request.discriminator.mapping).sort()).toEqual([...operationTypes].sort());
    expect(request.oneOf).toHaveLength(operationTypes.length);
    expect(schemas['VideoExtendParameters']).toMatchObject({ required: ['prompt', 'video_url'] });
    const text = schemas['TextToVideoParameters'] as { properties: object };
    expect(Object.keys(text.properties)).toEqual(expect.arrayContaining(['prompt', 'duration', 'model']));
    expect(Object.keys(text.properties)).not.toContain('video_url');
  });

  it('has a variant of the event for each kind of data', () => {
    expect(document.components.schemas['Event']).toMatchObject({
      discriminator: {
        mapping: {
          'job.needs_attention': '#/components/schemas/JobEvent',
          'asset.created': '#/components/schemas/AssetEvent',
        },
      },
    });
  });

  it.each(['/api/v1/jobs', '/api/v1/quotes'])('has examples for %s that run as they stand', async (path) => {
    const [examples] = valuesOf('examples', document.paths[path]);
    const values = Object.values(examples as Record<string, { value: unknown }>);
    expect(values).toHaveLength(2);
    for (const { value } of values) {
      const { status } = await bench.send('POST', path, { json: value });
      expect(status).toBe(path.endsWith('jobs') ? 201 : 200);
    }
  });

  it('shows an example of a job, and how to send an upload', () => {
    expect(valuesOf('example', document.components.schemas['JobParameters'])).toContain('v5');
    const upload = valuesOf('multipart/form-data', document.paths['/api/v1/assets']);
    expect(upload).toMatchObject([
      { schema: { properties: { file: { type: 'string', format: 'binary' } } } },
    ]);
  });
});

describe('the page of a problem', () => {
  it('is where the type of every problem leads', async () => {
    const problem = await bench.problem('GET', '/api/v1/jobs?limit=0');
    const page = await bench.send('GET', problem.type, { key: null });
    expect(page.headers.get('content-type')).toContain('text/html');
    const html = await page.text();
    expect(html).toContain('<h1>Invalid parameters</h1>');
    expect(html).toContain('<code>errors</code>');
    for (const code of Object.keys(requestErrorCodes)) {
      expect((await bench.send('GET', `/docs/problems/${code}`, { key: null })).status).toBe(200);
    }
    expect((await bench.send('GET', '/docs/problems/toString', { key: null })).status).toBe(404);
  });
});

describe('the reference page', () => {
  it('is one click away from where a browser lands', async () => {
    const reply = await bench.send('GET', '/', { key: null, headers: { accept: 'text/html,*/*' } });
    const html = await reply.text();
    expect(html).toContain('<a href="docs">');
    expect(html).toContain('cat data/api-key');
  });

  it('is named to a program that asks at the front', async () => {
    const reply = await bench.send('GET', '/', { key: null });
    expect(reply.headers.get('content-type')).toContain('text/plain');
    expect(await reply.text()).toMatch(/cat data\/api-key[\s\S]*\/docs/u);
  });

  it('loads nothing from elsewhere and runs nothing inline', async () => {
    const reply = await bench.send('GET', '/docs', { key: null });
    const html = await reply.text();
    expect(reply.headers.get('content-security-policy')).toContain("script-src 'self';");
    const links = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link ?? '');
    expect(links).toHaveLength(4);
    for (const link of links) {
      const file = await bench.send('GET', new URL(link, 'http://localhost/docs').pathname, { key: null });
      expect([link, file.status]).toEqual([link, 200]);
      expect((await file.arrayBuffer()).byteLength).toBeGreaterThan(100);
    }
    expect(html).not.toMatch(/<script(?![^>]*src=)|https?:/);
  });

  it('keeps the key of the reader between visits', async () => {
    const script = await (await bench.send('GET', '/docs/start.js', { key: null })).text();
    expect(script).toContain('persistAuthorization: true');
    expect(script).toContain("url: 'openapi.json'");
  });
});
