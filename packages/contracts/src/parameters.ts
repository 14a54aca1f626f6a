import { z } from 'zod';

/**
 * The generic parameters: one set of names for every provider. A model takes a subset; which one, with which values and
 * limits, is written in its provider's manifest. The bounds here only keep bodies sane.
 */
const text = z.string().max(20_000);
/** A public https URL, a data URL or an asset id. A data URL of a 20 MB picture needs 28 million characters. */
const mediaSource = z.string().min(1).max(30_000_000);

export const fusionAssetSchema = z
  .strictObject({
    image_url: mediaSource.meta({ description: 'A URL, a data URL or an asset id.' }),
    name: z
      .string()
      .min(1)
      .max(64)
      .meta({ description: 'The name by which the prompt cites it: @name.', example: 'dog' }),
    type: z.enum(['subject', 'background']),
  })
  .meta({ id: 'FusionAsset' });
export type FusionAsset = z.infer<typeof fusionAssetSchema>;

export const jobParametersSchema = z
  .strictObject({
    prompt: text.meta({ example: 'a paper boat on rain water, slow push in' }),
    negative_prompt: text,
    model: z.string().max(100).meta({ example: 'v5' }),
    quality: z.string().max(20).meta({ example: '540p' }),
    duration: z.number().meta({ description: 'Seconds.', example: 5 }),
    aspect_ratio: z.string().max(20).meta({ example: '16:9' }),
    seed: z.number().int(),
    motion_mode: z.string().max(40),
    camera_movement: z.string().max(60),
    style: z.string().max(60),
    audio: z.boolean(),
    image_url: mediaSource.meta({ description: 'A URL, a data URL or an asset id.' }),
    image_urls: z.array(mediaSource).max(16),
    prompts: z.array(text).max(16).meta({ description: 'One prompt per segment of a transition.' }),
    durations: z.array(z.number()).max(16).meta({ description: 'Seconds per segment of a transition.' }),
    video_url: mediaSource.meta({ description: 'A URL or an asset id.' }),
    fusion_assets: z.array(fusionAssetSchema).max(16),
    provider_options: z.record(z.string().max(60), z.unknown()),
  })
  .partial()
  .meta({ id: 'JobParameters' });

export type JobParameters = z.infer<typeof jobParametersSchema>;
export type JobParameterName = keyof JobParameters;
