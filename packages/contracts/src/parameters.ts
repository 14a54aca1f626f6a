import { z } from 'zod';

/**
 * The generic parameters: one set of names for every provider. A model takes a subset; which one, with which values and
 * limits, is written in its provider's manifest. The bounds here only keep bodies sane.
 */
const text = z.string().max(20_000);
/** Servers and proxies commonly refuse longer ones. Data URLs are not bound by it. */
export const maxUrlLength = 8_192;
/** A public https URL, a data URL or an asset id. A data URL of a 20 MB picture needs 28 million characters. */
const mediaSource = z
  .string()
  .min(1)
  .max(30_000_000)
  .refine((source) => source.length <= maxUrlLength || /^data:/iu.test(source.slice(0, 5)), {
    error: `must have at most ${maxUrlLength} characters unless it is a data URL`,
    params: { allowed: { max_length: maxUrlLength } },
  });

const sourceDescription = 'A URL of up to 8,192 characters, a data URL or an asset id.';

/** The longest option that a provider takes today has 2,048 characters. */
const maxOptionLength = 4_096;

/** Only the size is checked here: names and values are the provider's own. */
const providerOptions = z
  .record(z.string().max(60), z.unknown())
  .refine((options) => stringsIn(options).every(({ length }) => length <= maxOptionLength), {
    error: `must have no string of more than ${maxOptionLength} characters`,
    params: { allowed: { max_length: maxOptionLength } },
  });

/** Every string inside a value, keys included. Recursion is safe: the depth of bodies is bounded before. */
function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') {
    return [value];
  }
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  return Object.entries(value).flatMap(([name, member]) => [name, ...stringsIn(member)]);
}

/** A picture that the prompt of a fusion cites by its name. */
export const fusionAssetSchema = z
  .strictObject({
    image_url: mediaSource.meta({ description: sourceDescription }),
    name: z
      .string()
      .min(1)
      .max(64)
      .meta({ description: 'The name by which the prompt mentions it: @name.', example: 'dog' }),
    type: z.enum(['subject', 'background']),
  })
  .meta({ id: 'FusionAsset' });
/** A subject or background of a fusion. */
export type FusionAsset = z.infer<typeof fusionAssetSchema>;

/** Every generic parameter. Durations in seconds. */
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
    image_url: mediaSource.meta({ description: sourceDescription }),
    image_urls: z.array(mediaSource).max(16),
    prompts: z.array(text).max(16).meta({ description: 'One prompt per segment of a transition.' }),
    durations: z.array(z.number()).max(16).meta({ description: 'Seconds per segment of a transition.' }),
    video_url: mediaSource.meta({ description: 'A URL of up to 8,192 characters, or an asset id.' }),
    fusion_assets: z.array(fusionAssetSchema).max(16),
    audio_url: mediaSource.meta({ description: 'Speech or other sound: a URL, a data URL or an asset id.' }),
    keep_audio: z.boolean().meta({ description: 'Whether the sound of the source is kept.' }),
    text: text.meta({ description: 'What is said.', example: 'Welcome aboard.' }),
    voice: z.string().max(100).meta({ description: 'Id of the voice that says the text.' }),
    restyle: z.string().max(100).meta({ description: 'Id of a style of the provider.' }),
    effect: z.string().max(100).meta({ description: 'Id of an effect template of the provider.' }),
    keyframe: z.number().int().meta({ description: 'A frame of the source, counted from 1.' }),
    mask: mediaSource.meta({ description: 'A mask of the source, as an asset id.' }),
    masks: z.array(mediaSource).max(16).meta({ description: 'Masks of the source, as asset ids.' }),
    provider_options: providerOptions,
  })
  .partial()
  .meta({ id: 'JobParameters' });

/** The parameters of a job. */
export type JobParameters = z.infer<typeof jobParametersSchema>;
/** The name of a generic parameter. */
export type JobParameterName = keyof JobParameters;
