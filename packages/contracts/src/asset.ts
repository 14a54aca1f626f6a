import { z } from 'zod';
import { identifierSchema } from './identifier.ts';
import { maxUrlLength } from './parameters.ts';
import { assetOrigins, assetStates, lineageRelations, mediaTypes, posterStates } from './vocabulary.ts';
import { datedPageQuerySchema, decimalSchema, timestampSchema } from './wire.ts';

/** A file in the store: sizes in bytes and pixels, lengths in seconds. */
export const assetSchema = z
  .object({
    id: identifierSchema('asset'),
    object: z.literal('asset'),
    origin: z.enum(assetOrigins),
    media_type: z.enum(mediaTypes),
    state: z.enum(assetStates).meta({
      description:
        'unprobed: the provider sent a file that could not be read. It was paid for, so you can download it, but its contents are unknown and no job can use it.',
    }),
    name: z.string().nullable(),
    mime_type: z.string(),
    bytes: z.number().int(),
    sha256: z.string(),
    width: z.number().int().nullable(),
    height: z.number().int().nullable(),
    duration_s: z.number().nullable(),
    fps: z.number().nullable(),
    codec: z.string().nullable(),
    animated: z.boolean().meta({ description: 'An animation: GIF, WebP, APNG or AVIF with several frames.' }),
    content_url: z.string(),
    poster_url: z
      .string()
      .nullable()
      .meta({ description: 'A small still picture; null while there is none.' }),
    poster_state: z.enum(posterStates).meta({
      description:
        'pending: the poster is being made, and asset.updated says when it is there. failed: none could be made of this file. none: the file has no picture.',
    }),
    job_id: identifierSchema('job').nullable(),
    late_result: z.boolean().meta({
      description: 'The job was over before the provider finished; the video was paid for, so it is kept.',
    }),
    created_at: timestampSchema,
  })
  .meta({ id: 'Asset' });
/** An asset as the API shows it; `content_url` has its bytes. */
export type Asset = z.infer<typeof assetSchema>;

/** Body of `POST /api/v1/assets/import`. */
export const importAssetRequestSchema = z
  .strictObject({
    url: z.string().min(1).max(maxUrlLength).meta({ example: 'https://example.com/photo.jpg' }),
    name: z.string().max(200).optional(),
  })
  .meta({ id: 'ImportAssetRequest' });
/** A public URL whose file becomes an asset. */
export type ImportAssetRequest = z.infer<typeof importAssetRequestSchema>;

/** Query of `GET /api/v1/assets`. */
export const listAssetsQuerySchema = datedPageQuerySchema.extend({
  media_type: z.enum(mediaTypes).optional(),
  origin: z.enum(assetOrigins).optional(),
  job_id: identifierSchema('job').optional(),
  q: z.string().max(200).optional().meta({
    description: 'Words in the name, or in the prompt that made it.',
  }),
});
/** Filters, order and page of a list of assets. */
export type ListAssetsQuery = z.infer<typeof listAssetsQuerySchema>;

/** One step of a lineage: the child was made from the parent. */
export const lineageEdgeSchema = z
  .object({
    parent_id: identifierSchema('asset'),
    child_id: identifierSchema('asset'),
    relation: z.enum(lineageRelations),
    position: z.number().int(),
    at_s: z
      .number()
      .optional()
      .meta({ description: 'Position in the parent where the child begins, in seconds.' }),
  })
  .meta({ id: 'LineageEdge' });
/** A step from a parent to a child, with the role of the parent. */
export type LineageEdge = z.infer<typeof lineageEdgeSchema>;

/** Query of `GET /api/v1/assets/{id}/lineage`; the depth counts steps in both directions. */
export const lineageQuerySchema = z.object({
  depth: decimalSchema(z.number().int().min(1).max(50)).default(10).meta({ default: 10 }),
});

/** Ancestors and descendants of an asset. */
export const lineageSchema = z
  .object({ nodes: z.array(assetSchema), edges: z.array(lineageEdgeSchema) })
  .meta({ id: 'Lineage' });
/** A part of the graph of assets. */
export type Lineage = z.infer<typeof lineageSchema>;
