import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { RequestError } from '@pixsim7/core';
import type { AssetRow } from '@pixsim7/core';
import { bearerSecurity, idInPath, refusal } from '../documentation/replies.ts';
import { savedFileName } from '../files/file-name.ts';
import { serveBlob } from '../files/serve-blob.ts';
import type { HttpApp, HttpParts } from '../http-parts.ts';

const tags = ['Assets'];
const security = bearerSecurity;
const params = idInPath('ast_01k3v5m2q8r7t9w0x4y6z1a2b3');
const query = z.object({
  download: z
    .enum(['0', '1'])
    .default('0')
    .meta({
      description: '1: sent as a download instead of being shown.',
      param: { example: '1' },
    }),
});
const binary = { schema: { type: 'string' as const, format: 'binary' } };

/** @param content by the media types that come most; `*` stands for the rest */
function fileReplies<Content>(content: Content) {
  return {
    200: { description: 'The file.', content },
    206: { description: 'The part of the file that `Range` asked for.', content },
    304: { description: 'The file that `If-None-Match` names.' },
    ...refusal,
  };
}

const getContent = createRoute({
  method: 'get',
  path: '/api/v1/assets/{id}/content',
  operationId: 'getAssetContent',
  summary: 'Download an asset; supports a single Range',
  tags,
  security,
  request: { params, query },
  responses: fileReplies({ 'video/mp4': binary, 'image/*': binary, '*/*': binary }),
});

const getPoster = createRoute({
  method: 'get',
  path: '/api/v1/assets/{id}/poster',
  operationId: 'getAssetPoster',
  summary: 'A still picture of an asset',
  tags,
  security,
  request: { params, query },
  responses: fileReplies({ 'image/webp': binary }),
});

export function addAssetFileRoutes(app: HttpApp, { core, blobs }: Pick<HttpParts, 'core' | 'blobs'>): void {
  app.openapi(getContent, async (context) => {
    const asset = await core.assets.row(context.get('caller'), context.req.valid('param').id);
    assertStored(asset);
    return serveBlob(
      context,
      blobs,
      {
        hash: asset.blobHash,
        bytes: asset.bytes,
        mimeType: asset.mimeType,
        fileName: savedFileName(asset.name, asset.id, asset.mimeType),
      },
      // Nobody knows what an unread file contains, so no browser may try to show it.
      asset.state === 'unprobed' ? 'attachment' : dispositionOf(context.req.valid('query').download),
    );
  });
  app.openapi(getPoster, async (context) => {
    const asset = await core.assets.row(context.get('caller'), context.req.valid('param').id);
    const stored = asset.posterHash === null ? null : await blobs.stat(asset.posterHash);
    if (asset.posterHash === null || asset.posterMimeType === null || stored === null) {
      throw new RequestError('not_found', `Asset ${asset.id} has no poster.`);
    }
    return serveBlob(
      context,
      blobs,
      {
        hash: asset.posterHash,
        bytes: stored.bytes,
        mimeType: asset.posterMimeType,
        fileName: savedFileName(asset.name, asset.id, asset.posterMimeType),
      },
      dispositionOf(context.req.valid('query').download),
    );
  });
}

function dispositionOf(download: '0' | '1'): 'inline' | 'attachment' {
  return download === '1' ? 'attachment' : 'inline';
}

function assertStored(asset: AssetRow): void {
  if (asset.state === 'stored' || asset.state === 'unprobed') {
    return;
  }
  throw new RequestError('state_conflict', `The file of asset ${asset.id} is ${asset.state}.`);
}
