import { createRoute, z } from '@hono/zod-openapi';
import {
  choiceKinds,
  choiceSchema,
  listChoicesQuerySchema,
  listSchema,
  providerManifestSchema,
  providerSummarySchema,
} from '@pixsim7/contracts';
import { bearerSecurity, idInPath, jsonReply, refusal } from '../documentation/replies.ts';
import type { HttpApp, HttpParts } from '../http-parts.ts';

const tags = ['Providers'];
const security = bearerSecurity;

const listProviders = createRoute({
  method: 'get',
  path: '/api/v1/providers',
  operationId: 'listProviders',
  summary: 'List the providers of this server',
  tags,
  security,
  responses: { 200: jsonReply(listSchema(providerSummarySchema), 'All providers.'), ...refusal },
});

const getProvider = createRoute({
  method: 'get',
  path: '/api/v1/providers/{id}',
  operationId: 'getProvider',
  summary: 'What a provider can do: operations, models, parameters, prices',
  tags,
  security,
  request: { params: idInPath('a-provider') },
  responses: { 200: jsonReply(providerManifestSchema, 'The manifest.'), ...refusal },
});

const listChoices = createRoute({
  method: 'get',
  path: '/api/v1/providers/{id}/choices/{kind}',
  operationId: 'listChoices',
  summary: 'List voices, styles or effects of a provider',
  tags,
  security,
  request: {
    params: idInPath('a-provider').extend({ kind: z.enum(choiceKinds) }),
    query: listChoicesQuerySchema,
  },
  responses: {
    200: jsonReply(listSchema(choiceSchema), 'A page of them, in the order of the provider.'),
    ...refusal,
  },
});

export function addProviderRoutes(app: HttpApp, { core }: Pick<HttpParts, 'core'>): void {
  app.openapi(listProviders, async (context) =>
    context.json({ data: await core.providers.list(context.get('caller')), next_cursor: null }, 200),
  );
  app.openapi(getProvider, (context) =>
    context.json(core.providers.manifest(context.req.valid('param').id), 200),
  );
  app.openapi(listChoices, async (context) => {
    const { id, kind } = context.req.valid('param');
    const page = await core.providers.choices(context.get('caller'), id, kind, context.req.valid('query'));
    return context.json(page, 200);
  });
}
