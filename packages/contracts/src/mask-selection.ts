import { z } from 'zod';
import { assetSchema } from './asset.ts';
import { identifierSchema } from './identifier.ts';
import { jobSchema } from './job.ts';
import { jobParametersSchema } from './parameters.ts';

/** Body of `POST /api/v1/providers/{id}/masks`. */
export const createMasksRequestSchema = z
  .strictObject({
    video_url: jobParametersSchema.shape.video_url.unwrap(),
    keyframe: z.number().int().min(1).optional().meta({ description: 'The first frame is 1.', default: 1 }),
    account_id: identifierSchema('account').optional(),
    max_credits: z.number().min(0).optional(),
  })
  .meta({ id: 'CreateMasksRequest' });
export type CreateMasksRequest = z.infer<typeof createMasksRequestSchema>;

/** The masks of a frame, and the job that made them. */
export const maskSelectionSchema = z
  .object({
    object: z.literal('mask_selection'),
    job_id: identifierSchema('job'),
    status: jobSchema.shape.status,
    credits: jobSchema.shape.credits,
    error: jobSchema.shape.error,
    masks: z.array(assetSchema).meta({ description: 'Empty until the job is completed.' }),
  })
  .meta({ id: 'MaskSelection' });
export type MaskSelection = z.infer<typeof maskSelectionSchema>;
