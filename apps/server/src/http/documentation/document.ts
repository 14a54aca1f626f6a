import type { HttpApp } from '../http-parts.ts';

const description = `One API in front of many providers of AI video.

Every reply carries a \`Request-Id\`. Errors are problem details (RFC 9457) with a stable \`code\`, a JSON pointer for each
value that has to change, and whether anything was charged. Lists give a \`next_cursor\`; null is the end.`;

/** Declares how requests are authenticated; the routes refer to it by name. */
export function registerSecuritySchemes(app: HttpApp): void {
  app.openAPIRegistry.registerComponent('securitySchemes', 'apiKey', {
    type: 'http',
    scheme: 'bearer',
    description: 'Authorization: Bearer <API key>',
  });
  app.openAPIRegistry.registerComponent('securitySchemes', 'apiKeyHeader', {
    type: 'apiKey',
    in: 'header',
    name: 'X-API-Key',
  });
}

/** The OpenAPI document of every route of the application. */
export function openApiDocument(app: HttpApp, version: string) {
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'PixSim7', version, description, license: { name: 'MIT' } },
    servers: [{ url: '/' }],
    tags: ['Jobs', 'Assets', 'Accounts', 'Providers', 'Events', 'Server'].map((name) => ({ name })),
  });
}
