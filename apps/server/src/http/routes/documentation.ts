import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { RequestError } from '@pixsim7/core';
import { openApiDocument } from '../documentation/document.ts';
import { frontPage } from '../documentation/front-page.ts';
import { documentationPage, documentationPolicy, documentationScript } from '../documentation/page.ts';
import type { HttpApp, HttpParts } from '../http-parts.ts';
import { problemPage } from '../problems/problem-page.ts';

/** Of the 20 files of the package, the page needs these. */
const mediaTypes: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

/** The API reference: open, because it holds no data. Its files come from the installed package, not from a CDN. */
export function addDocumentationRoutes(
  app: HttpApp,
  { registry, version }: Pick<HttpParts, 'registry' | 'version'>,
): void {
  const manifests = registry.list().map(({ manifest }) => manifest);
  const directory = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  let document: string | null = null;

  app.get('/', (context) => frontPage(context, version));
  app.get('/openapi.json', (context) => {
    // Made at the first request, when every route is there.
    document ??= JSON.stringify(openApiDocument(app, version, manifests));
    return context.body(document, 200, { 'content-type': 'application/json' });
  });
  app.get('/docs', (context) =>
    context.html(documentationPage, 200, { 'content-security-policy': documentationPolicy }),
  );
  app.get('/docs/start.js', (context) =>
    context.body(documentationScript, 200, { 'content-type': 'text/javascript; charset=utf-8' }),
  );
  app.get('/docs/problems/:code', (context) => {
    const code = context.req.param('code');
    const page = problemPage(code);
    if (page === null) {
      throw new RequestError('not_found', `Problem ${code} not found.`);
    }
    return context.html(page, 200, { 'content-security-policy': documentationPolicy });
  });
  app.get('/docs/:file', async (context) => {
    const file = context.req.param('file');
    const mediaType = Object.hasOwn(mediaTypes, file) ? mediaTypes[file] : undefined;
    if (mediaType === undefined) {
      throw new RequestError('not_found', 'File not found.');
    }
    const bytes = Uint8Array.from(await readFile(join(directory, file)));
    return context.body(bytes, 200, { 'content-type': mediaType, 'cache-control': 'public, max-age=3600' });
  });
}
