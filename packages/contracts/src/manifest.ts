import { z } from 'zod';
import { jobParametersSchema } from './parameters.ts';
import type { JobParameterName } from './parameters.ts';
import { choiceKinds, evidenceGrades, inputRoles, mediaTypes, operationTypes } from './vocabulary.ts';

const parameterName = z.enum(
  Object.keys(jobParametersSchema.shape) as [JobParameterName, ...JobParameterName[]],
);
const scalar = z.union([z.string(), z.number(), z.boolean()]);

/** One parameter of one model. `values` closes the list; otherwise the bounds hold. */
export const parameterSpecificationSchema = z.object({
  type: z.enum(['string', 'integer', 'number', 'boolean', 'list', 'object']),
  required: z.boolean(),
  default: scalar.optional().meta({ description: 'Used when the caller leaves it out.' }),
  values: z.array(scalar).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  max_length: z.number().int().optional(),
  min_items: z.number().int().optional(),
  max_items: z.number().int().optional(),
  warn_over_length: z.number().int().optional(),
  warn_over_bytes: z.number().int().optional().meta({ description: 'In UTF-8.' }),
  choices: z.enum(choiceKinds).optional().meta({
    description: 'The values are the ids of these things at the provider.',
  }),
  description: z.string().optional(),
});
/** Type, values and bounds of a parameter of a model. */
export type ParameterSpecification = z.infer<typeof parameterSpecificationSchema>;

/** When every named parameter has one of the values (or is present), the consequence holds. */
export const ruleSchema = z.object({
  when: z.partialRecord(parameterName, z.union([z.array(scalar), z.literal('present')])),
  allow: z.partialRecord(parameterName, z.array(scalar)).optional(),
  forbid: z.array(parameterName).optional(),
  require: z.array(parameterName).optional(),
  message: z.string(),
});
/** A rule between parameters of a model. */
export type Rule = z.infer<typeof ruleSchema>;

/** Limits of a provider for a file. Bounds are included; sides and ratios are those of the file as it is shown. */
const inputLimitsSchema = z.object({
  mime_types: z.array(z.string()).meta({
    description: 'A picture of another type is converted to one of these before it is sent.',
  }),
  codecs: z
    .array(z.string())
    .optional()
    .meta({
      description: 'Prefixes of RFC 6381 names.',
      example: ['avc1'],
    }),
  min_bytes: z.number().int().optional(),
  max_bytes: z.number().int().optional(),
  min_side_px: z.number().int().optional().meta({ description: 'Of the short side.' }),
  max_side_px: z.number().int().optional().meta({ description: 'Of the long side.' }),
  max_pixels: z.number().int().optional().meta({ description: 'Width times height.' }),
  min_ratio: z.number().optional().meta({ description: 'Width divided by height.' }),
  max_ratio: z.number().optional(),
  min_duration_s: z.number().optional(),
  max_duration_s: z.number().optional(),
  max_uploaded_duration_s: z.number().optional().meta({
    description: 'For a file that this provider did not make itself, if that limit is lower.',
  }),
  min_fps: z.number().optional(),
  max_fps: z.number().optional(),
});
/** A limit of a file, by its name in the manifest. */
export type InputLimit = keyof z.infer<typeof inputLimitsSchema>;

const limitName = z.enum(Object.keys(inputLimitsSchema.shape) as [InputLimit, ...InputLimit[]]);

/** Requirements of a file that fills an input. */
export const inputSpecificationSchema = z.object({
  role: z.enum(inputRoles),
  parameter: parameterName,
  media_type: z.enum(mediaTypes),
  minimum: z.number().int(),
  maximum: z.number().int(),
  made_by: z
    .object({ operation_type: z.enum(operationTypes), of: z.enum(inputRoles) })
    .optional()
    .meta({
      description:
        'Only an output of this operation will do, made of the same file as the input of this role.',
    }),
  ...inputLimitsSchema.shape,
  evidence: z.partialRecord(limitName, z.enum(evidenceGrades)).optional().meta({
    description:
      "For limits that the provider's own reference does not state: how they are known. A file beyond an observed limit is refused; beyond an inferred one it gets a warning.",
  }),
});
/** A file that a model takes, with its limits. */
export type InputSpecification = z.infer<typeof inputSpecificationSchema>;

/** A parameter, or `provider_options.<name>` where an option of the provider's own changes the price. */
const tariffKey = z.union([parameterName, z.templateLiteral(['provider_options.', z.string()])]);
/** A parameter or option that the price depends on. */
export type TariffKey = z.infer<typeof tariffKey>;

/** The credits of a row are multiplied by this. */
export const tariffBases = ['per_generation', 'per_second', 'per_input_second', 'per_text_bytes'] as const;
/** The factor of a price. */
export type TariffBasis = (typeof tariffBases)[number];

/**
 * Price table. A row matches when all its values equal the job's parameters and the named parameters are set. No matching
 * row means that the price is not known, never that it is free.
 *
 * Credits are multiplied by the basis: `per_second` by the duration, which of several segments is their sum;
 * `per_input_second` by the started seconds of the files that fill the input; `per_text_bytes` by every started `bytes` of
 * the text in UTF-8.
 */
export const tariffSchema = z.object({
  basis: z.enum(tariffBases),
  by: z.array(tariffKey),
  rows: z.array(
    z.object({
      when: z.partialRecord(tariffKey, scalar),
      present: z.array(parameterName).optional().meta({ description: 'Parameters that have to be set.' }),
      basis: z.enum(tariffBases).optional().meta({ description: 'In place of that of the table.' }),
      credits: z.number(),
    }),
  ),
  minimum_s: z.number().positive().optional().meta({
    description: 'With basis per_second: the shortest duration that is charged, in seconds.',
  }),
  input: z.enum(inputRoles).optional().meta({ description: 'With basis per_input_second.' }),
  bytes: z.number().int().positive().optional().meta({ description: 'With basis per_text_bytes.' }),
  estimate: z.literal(true).optional().meta({ description: 'Worked out from other prices.' }),
  source: z.string(),
});
/** The price table of a model. */
export type Tariff = z.infer<typeof tariffSchema>;

/** One model in one operation: parameters, files, rules and price. */
export const modelManifestSchema = z.object({
  model: z.string(),
  label: z.string(),
  lifecycle: z.enum(['active', 'deprecated', 'unlisted']),
  parameters: z.partialRecord(parameterName, parameterSpecificationSchema),
  provider_options: z.record(z.string(), parameterSpecificationSchema),
  one_of: z.array(z.array(parameterName)).optional().meta({
    description: 'Of each group exactly one parameter has to be set.',
  }),
  inputs: z.array(inputSpecificationSchema),
  rules: z.array(ruleSchema),
  tariff: tariffSchema.nullable(),
  typical_s: z.object({ low: z.number(), high: z.number() }),
});
/** One model with its parameters, files and price. */
export type ModelManifest = z.infer<typeof modelManifestSchema>;

/** The behaviour of a provider: cancelling, repeating, charging, keeping. Times in seconds. */
export const behaviourSchema = z.object({
  cancel: z.enum(['none', 'before_start', 'any']),
  webhook: z.boolean(),
  progress: z.enum(['none', 'fraction', 'queue_position']),
  idempotency: z.enum(['token', 'none']),
  idempotency_window_s: z
    .number()
    .nullable()
    .meta({ description: 'How long it is safe to send the same token again.' }),
  over_limit: z.enum(['refused', 'queued']),
  charged_at: z.enum(['submit', 'completion']),
  output_retention_s: z.number().nullable().meta({
    description: 'How long the provider keeps a result. null: not published; a week is assumed.',
  }),
  check: z.object({ fastest_s: z.number(), slowest_s: z.number() }),
  deadline_s: z.number().meta({
    description:
      'Rendering time after which the job fails. Only time during which the provider answers counts. The attempt is then followed until output_retention_s is over.',
  }),
});
/** The habits of a provider that decide what may be done again. */
export type ProviderBehaviour = z.infer<typeof behaviourSchema>;

/** The capability document of a provider: it drives validation, price, forms, help and docs. */
export const providerManifestSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    revision: z.string(),
    credit_unit: z.string(),
    credit_value_usd: z.number().positive().nullable().optional().meta({
      description: 'Value of one credit, used to compare prices across providers. null: not published.',
    }),
    credentials: z.array(
      z.object({
        name: z.string(),
        description: z.string(),
        optional: z.literal(true).optional().meta({ description: 'An account works without it.' }),
      }),
    ),
    default_base_url: z.string(),
    default_max_concurrent: z.number().int(),
    behaviour: behaviourSchema,
    operations: z.array(
      z.object({
        operation_type: z.enum(operationTypes),
        default_model: z.string(),
        models: z.array(modelManifestSchema),
      }),
    ),
  })
  .meta({ id: 'ProviderManifest' });
/** The capability document of a provider. */
export type ProviderManifest = z.infer<typeof providerManifestSchema>;

/** One entry of `GET /api/v1/providers`. */
export const providerSummarySchema = z
  .object({
    id: z.string(),
    object: z.literal('provider'),
    name: z.string(),
    operations: z.array(z.enum(operationTypes)),
    models: z.array(z.string()),
    accounts: z.number().int(),
  })
  .meta({ id: 'ProviderSummary' });
/** A provider in a list, with the number of its accounts. */
export type ProviderSummary = z.infer<typeof providerSummarySchema>;
