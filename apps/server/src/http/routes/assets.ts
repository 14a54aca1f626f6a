import { createRoute } from '@hono/zod-openapi';
import {
  assetSchema,
  importAssetRequestSchema,
  lineageQuerySchema,
  lineageSchema,
  listAssetsQuerySchema,
  listSchema,
} from '@pixsim7/contracts';
import type { Asset, ImportAssetRequest } from '@pixsim7/contracts';
import type { Caller } from '@pixsim7/core';
import { bearerSecurity, idInPath, jsonBody, jsonReply, refusal } from '../documentation/replies.ts';
import { requireUploadOrJson, receiveUpload } from '../files/receive-upload.ts';
import type { HttpApp, HttpLimits, HttpParts } from '../http-parts.ts';

const tags = ['Assets'];
const security = bearerSecurity;
const params = idInPath('ast_01k3v5m2q8r7t9w0x4y6z1a2b3');

const created = {
  201: {
    ...jsonReply(assetSchema, 'The file is kept.'),
    headers: { Location: { schema: { type: 'string' as const }, description: 'Where the asset is.' } },
  },
  ...refusal,
};

const createAsset = createRoute({
  method: 'post',
  path: '/api/v1/assets',
  operationId: 'createAsset',
  summary: 'Upload a file',
  description:
    'At most 200 MB. The type is detected from the bytes, not from the name or the Content-Type. A JSON body with a URL also works, as with `/api/v1/assets/import`.',
  tags,
  security,
  middleware: requireUploadOrJson,
  request: {
    body: {
      content: {
        // No zod schema on purpose: with one, the framework would read the whole upload into memory to check it.
        'multipart/form-data': {
          schema: {
            type: 'object' as const,
            properties: { file: { type: 'string' as const, format: 'binary' } },
            required: ['file'],
            additionalProperties: false,
          },
        },
        'application/json': { schema: importAssetRequestSchema },
      },
    },
  },
  responses: created,
});

/** A path of its own, because generated clients know one kind of body for each. */
const importAsset = createRoute({
  method: 'post',
  path: '/api/v1/assets/import',
  operationId: 'importAsset',
  summary: 'Import a file from a URL',
  description: 'At most 200 MB, from a public address.',
  tags,
  security,
  request: { body: jsonBody(importAssetRequestSchema) },
  responses: created,
});

const listAssets = createRoute({
  method: 'get',
  path: '/api/v1/assets',
  operationId: 'listAssets',
  summary: 'List assets, newest first',
  tags,
  security,
  request: { query: listAssetsQuerySchema },
  responses: { 200: jsonReply(listSchema(assetSchema), 'A page of assets.'), ...refusal },
});

const getAsset = createRoute({
  method: 'get',
  path: '/api/v1/assets/{id}',
  operationId: 'getAsset',
  summary: 'Read an asset',
  tags,
  security,
  request: { params },
  responses: { 200: jsonReply(assetSchema, 'The asset.'), ...refusal },
});

const deleteAsset = createRoute({
  method: 'delete',
  path: '/api/v1/assets/{id}',
  operationId: 'deleteAsset',
  summary: 'Delete an asset',
  description: 'The bytes are deleted unless another asset shares them; the lineage is kept.',
  tags,
  security,
  request: { params },
  responses: { 204: { description: 'Deleted.' }, ...refusal },
});

const getLineage = createRoute({
  method: 'get',
  path: '/api/v1/assets/{id}/lineage',
  operationId: 'getLineage',
  summary: 'What an asset was made from, and what was made from it',
  tags,
  security,
  request: { params, query: lineageQuerySchema },
  responses: { 200: jsonReply(lineageSchema, 'Ancestors and descendants.'), ...refusal },
});

export function addAssetRoutes(
  app: HttpApp,
  { core }: Pick<HttpParts, 'core'>,
  limits: Pick<HttpLimits, 'uploadPace'>,
): void {
  const { assets, lineage } = core;
  const importFromUrl = (caller: Caller, { url, name }: ImportAssetRequest): Promise<Asset> =>
    assets.importUrl(caller, url, name ?? null);

  app.openapi(createAsset, async (context) => {
    const caller = context.get('caller');
    const upload = await receiveUpload(context, limits.uploadPace);
    const asset =
      upload === null
        ? await importFromUrl(caller, importAssetRequestSchema.parse(await context.req.json()))
        : await assets.upload(caller, upload.bytes, upload.fileName);
    return context.json(asset, 201, { Location: `/api/v1/assets/${asset.id}` });
  });
  app.openapi(importAsset, async (context) => {
    const asset = await importFromUrl(context.get('caller'), context.req.valid('json'));
    return context.json(asset, 201, { Location: `/api/v1/assets/${asset.id}` });
  });
  app.openapi(listAssets, async (context) =>
    context.json(await assets.list(context.get('caller'), context.req.valid('query')), 200),
  );
  app.openapi(getAsset, async (context) =>
    context.json(await assets.get(context.get('caller'), context.req.valid('param').id), 200),
  );
  app.openapi(deleteAsset, async (context) => {
    await assets.delete(context.get('caller'), context.req.valid('param').id);
    return context.body(null, 204);
  });
  app.openapi(getLineage, async (context) => {
    const { id } = context.req.valid('param');
    const { depth } = context.req.valid('query');
    return context.json(await lineage.of(context.get('caller'), id, depth), 200);
  });
}
