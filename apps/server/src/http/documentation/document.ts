import type { ProviderManifest } from '@pixsim7/contracts';
import type { HttpApp } from '../http-parts.ts';
import { withExamples } from './examples.ts';
import { withVariants } from './variants.ts';

const description = `One API for many AI video providers.

Every reply carries a \`Request-Id\`. Errors are problem details (RFC 9457) with a stable \`code\`, a pointer to each value that
must change, and whether anything was charged. Lists return a \`next_cursor\`, which is null at the end.`;

const tags = {
  Jobs: 'A job makes one video: create it, wait for it, cancel it, retry it.',
  Assets: 'Files that you upload, and videos that jobs make.',
  Accounts: 'Your accounts at providers, with their balances and slots.',
  Providers: 'What each provider can make, with its models, parameters and prices.',
  Events: 'Every change, as it happens.',
  Server: 'Health and metrics of the server.',
  'Webhooks of providers': 'For providers, not for clients.',
};

/** With the SPDX identifier, which the types of the library do not know yet. */
const license = { name: 'MIT', identifier: 'MIT' };

/** Declares how requests are authenticated; the routes refer to it by name. */
export function registerSecuritySchemes(app: HttpApp): void {
  app.openAPIRegistry.registerComponent('securitySchemes', 'apiKey', {
    type: 'http',
    scheme: 'bearer',
    description:
      'The API key. The server wrote it to the file `api-key` in its data folder (`cat data/api-key`), unless it was started with API_KEY.',
  });
  app.openAPIRegistry.registerComponent('securitySchemes', 'apiKeyHeader', {
    type: 'apiKey',
    in: 'header',
    name: 'X-API-Key',
    description: 'The same key, for clients that cannot set Authorization.',
  });
}

/**
 * The OpenAPI document of every route of the application.
 *
 * @param manifests of the providers that the server has: they say which parameters an operation takes
 */
export function openApiDocument(app: HttpApp, version: string, manifests: readonly ProviderManifest[]) {
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'PixSim7', version, description, license },
    servers: [{ url: '/' }],
    tags: Object.entries(tags).map(([name, text]) => ({ name, description: text })),
  });
  return withExamples(withVariants(document, manifests), manifests);
}
