import { z } from 'zod';
import { assetSchema } from './asset.ts';
import { identifierSchema } from './identifier.ts';
import { jobParametersSchema } from './parameters.ts';
import { jobErrorCodes, providerErrorClasses } from './problem.ts';
import type { ProviderErrorClass } from './problem.ts';
import {
  attentionActions,
  attentionReasons,
  automaticProvider,
  chargedAnswers,
  creditEntryKinds,
  jobStages,
  jobStatuses,
  operationTypes,
  routeStates,
  submissionStates,
  videoStatuses,
  waitReasons,
} from './vocabulary.ts';
import {
  datedPageQuerySchema,
  decimalSchema,
  listInQuerySchema,
  momentSchema,
  timestampSchema,
} from './wire.ts';

/** Names of providers are data: the registry says which exist. */
export const providerIdSchema = z.string().regex(/^[a-z][a-z0-9_-]{0,39}$/);
/** The same in a request, where the registry refuses what it does not know, and names what is near. */
export const requestedProviderSchema = z.string().min(1).max(40);
/** The name of a provider in a reply. */
export type ProviderId = z.infer<typeof providerIdSchema>;

/** Priorities run from -100 (last) to 100 (first). */
export const prioritySchema = z.number().int().min(-100).max(100);

/** Far more than there are providers, so a list stays a list of choices. */
const maxCandidates = 20;

/** A provider that a request with `provider_id: auto` may go to. */
export const requestedCandidateSchema = z
  .strictObject({
    provider_id: requestedProviderSchema,
    model: z.string().max(100).optional().meta({
      description: 'The model to use at this provider, instead of `params.model`.',
      example: 'v5',
    }),
  })
  .meta({ id: 'RequestedCandidate' });
/** A provider among the candidates, and the model to use there. */
export type RequestedCandidate = z.infer<typeof requestedCandidateSchema>;

const maxMetadata = 50;

/** The limits of Stripe, which clients know: enough for ids and remarks, too little for files. */
export const jobMetadataSchema = z
  .record(z.string().max(60), z.string().max(500))
  .refine((metadata) => Object.keys(metadata).length <= maxMetadata, {
    error: `must have at most ${maxMetadata} keys`,
    params: { allowed: { max_properties: maxMetadata } },
  })
  .meta({
    maxProperties: maxMetadata,
    propertyNames: { maxLength: 60 },
    description: `Your own notes: up to ${maxMetadata} keys of up to 60 characters with values of up to 500. They are returned with the job and not sent to the provider.`,
    example: { shot: '12b' },
  });

/** Body of `POST /api/v1/jobs` and of `POST /api/v1/quotes`. Which parameters a model takes is in its provider's manifest. */
export const createJobRequestSchema = z
  .strictObject({
    operation_type: z.enum(operationTypes),
    provider_id: requestedProviderSchema.meta({
      description: '`auto` lets the server choose.',
    }),
    candidates: z.array(requestedCandidateSchema).min(1).max(maxCandidates).optional().meta({
      description:
        'Only with provider_id auto: the providers to choose from; their order breaks ties. Default: every provider with an account.',
    }),
    params: jobParametersSchema,
    account_id: identifierSchema('account').optional().meta({ description: 'Run on this account only.' }),
    priority: prioritySchema.optional(),
    not_before: momentSchema.optional(),
    max_credits: z.number().int().min(0).optional().meta({
      description:
        "Refuse the job if it costs more than this in the provider's own credits, or if its price is unknown.",
    }),
    max_cost_usd: z.number().min(0).max(1_000_000).optional().meta({
      description:
        'Refuse the job if it costs more than this in US dollars, or if that is unknown. With provider_id auto, such providers are left out instead, and this is the only bound allowed.',
      example: 0.5,
    }),
    name: z.string().max(200).optional(),
    metadata: jobMetadataSchema.optional(),
  })
  .refine(({ provider_id: id, max_credits: bound }) => id !== automaticProvider || bound === undefined, {
    path: ['max_credits'],
    error: `must be left out with provider_id ${automaticProvider}, because the credits of providers differ; use max_cost_usd`,
  })
  .meta({ id: 'CreateJobRequest' });
/** A request for one video. */
export type CreateJobRequest = z.infer<typeof createJobRequestSchema>;

/** Something that does not stop a job, and that its owner should know. */
export const warningSchema = z
  .object({ code: z.string(), detail: z.string(), pointer: z.string().optional() })
  .meta({ id: 'Warning' });
/** A warning, with a pointer where it is about one value. */
export type Warning = z.infer<typeof warningSchema>;

/** One candidate: its price, and why it was chosen or not. */
export const routeCandidateSchema = z
  .object({
    provider_id: providerIdSchema,
    model: z.string().nullable().meta({ description: 'null: it refused the request.' }),
    credits: z.number().nullable().meta({ description: 'null: the price is not known.' }),
    unit: z.string(),
    cost_usd: z.number().nullable().meta({
      description: 'Used to compare prices. null: the provider does not publish what a credit is worth.',
    }),
    state: z.enum(routeStates),
    reason: z.string(),
    until: timestampSchema.optional().meta({ description: 'Not asked again before this time.' }),
  })
  .meta({ id: 'RouteCandidate' });

/** The choice of a provider among several, made or still to be made. */
export const routeSchema = z
  .object({ requested: z.literal(automaticProvider), candidates: z.array(routeCandidateSchema) })
  .meta({ id: 'Route' });
/** The candidates of a job, in the order of the request. */
export type Route = z.infer<typeof routeSchema>;

/** The worth of credits, where the provider publishes it (`credit_value_usd` in its manifest). */
const costUsdSchema = z.number().nullable().meta({
  description:
    'In US dollars. null: the credits are not known, or the provider does not publish what one is worth.',
  example: 0.45,
});

/** Reply of `POST /api/v1/quotes`. */
export const quoteSchema = z
  .object({
    credits: z
      .number()
      .nullable()
      .meta({ description: 'null: the price is not known. It is never shown as 0.' }),
    unit: z.string(),
    account_id: identifierSchema('account').optional(),
    spendable_after: z.number().optional(),
    cost_usd: costUsdSchema,
    warnings: z.array(warningSchema),
    route: routeSchema.optional().meta({
      description:
        'With provider_id auto: every candidate, the likely one first. The price above is its price.',
    }),
  })
  .meta({ id: 'Quote' });
/** The price of a job that does not exist yet. */
export type Quote = z.infer<typeof quoteSchema>;

/** Why a pending job waits. `position` counts from 1; `until` is the next time that something can change. */
export const waitSchema = z
  .object({
    reason: z.enum(waitReasons),
    detail: z.string(),
    position: z
      .number()
      .int()
      .min(1)
      .optional()
      .meta({ description: 'Place in line, counted from 1. Absent beyond 1,000.' }),
    position_at_least: z
      .number()
      .int()
      .min(1)
      .optional()
      .meta({ description: 'In place of `position` when it is beyond 1,000: 1001, which reads "1000+".' }),
    until: timestampSchema.optional(),
  })
  .meta({ id: 'Wait' });
/** The wait of a job. */
export type Wait = z.infer<typeof waitSchema>;

/** The progress of a job. Only `kind: provider` is the provider's own word; an estimate ends at 0.95. */
export const progressSchema = z
  .object({
    kind: z.enum(['provider', 'estimate', 'none']),
    ratio: z.number().min(0).max(1).optional(),
    queue_position: z.number().int().optional(),
    elapsed_s: z.number(),
    low_s: z.number().optional(),
    high_s: z.number().optional(),
  })
  .meta({ id: 'Progress' });
/** The progress of a job, in seconds and as a ratio from 0 to 1. */
export type Progress = z.infer<typeof progressSchema>;

/** Why a job failed, whether trying again could help, and whether it was charged. */
export const jobErrorSchema = z
  .object({
    code: z.enum(jobErrorCodes),
    class: z.enum(Object.keys(providerErrorClasses) as [ProviderErrorClass, ...ProviderErrorClass[]]),
    message: z.string(),
    http_status: z.number().int(),
    retryable: z.boolean(),
    retry_may_pay_twice: z.literal(true).optional().meta({
      description: 'The provider may have charged for this, so a retry may pay a second time.',
    }),
    charged: z.enum(chargedAnswers),
  })
  .meta({ id: 'JobError' });
/** The error of a failed job. */
export type JobError = z.infer<typeof jobErrorSchema>;

/** The money of a job, in the unit of its provider and in US dollars. */
export const jobCreditsSchema = z
  .object({
    quoted: z.number().nullable(),
    held: z.number(),
    charged: z
      .number()
      .nullable()
      .meta({ description: 'null: not settled yet, or the provider did not say.' }),
    unit: z.string(),
    cost_usd: costUsdSchema.meta({
      description: 'In US dollars: what was charged; until that is known, what was quoted. null: not known.',
    }),
  })
  .meta({ id: 'JobCredits' });
/** Quoted, held and charged credits of a job. */
export type JobCredits = z.infer<typeof jobCreditsSchema>;

/** Why a person has to decide about a job, and what can be decided. */
export const attentionSchema = z
  .object({
    reason: z.enum(attentionReasons).meta({
      description: 'outcome_unknown: the provider may or may not have the job, so it may be paid for.',
    }),
    since: timestampSchema,
    evidence: z.string().meta({ description: 'What is known, as a sentence.' }),
    actions: z.array(z.enum(attentionActions)).meta({
      description:
        'resend and give_up: `POST /api/v1/jobs/{id}/resolve`. cancel: `POST /api/v1/jobs/{id}/cancel`.',
    }),
  })
  .meta({ id: 'Attention', description: 'The job continues once you decide.' });
/** The question of a job that needs attention. */
export type Attention = z.infer<typeof attentionSchema>;

/** A job as the API shows it. `sequence` grows with every change. */
export const jobSchema = z
  .object({
    id: identifierSchema('job'),
    object: z.literal('job'),
    status: z.enum(jobStatuses),
    stage: z.enum(jobStages),
    wait: waitSchema.optional(),
    attention: attentionSchema.nullable(),
    operation_type: z.enum(operationTypes),
    provider_id: providerIdSchema,
    model: z.string(),
    route: routeSchema.nullable().meta({
      description:
        'How the provider is chosen, for jobs made with provider_id auto. While the job waits, provider_id and model say where it ran last, or are a forecast.',
    }),
    account_id: identifierSchema('account').nullable(),
    params: jobParametersSchema,
    name: z.string().nullable(),
    metadata: z.record(z.string(), z.string()),
    priority: prioritySchema,
    not_before: timestampSchema.nullable(),
    max_credits: z.number().int().nullable(),
    max_cost_usd: z.number().nullable(),
    retry_of: identifierSchema('job').nullable(),
    progress: progressSchema,
    credits: jobCreditsSchema,
    error: jobErrorSchema.nullable(),
    assets: z.array(assetSchema),
    warnings: z.array(warningSchema),
    created_at: timestampSchema,
    started_at: timestampSchema.nullable(),
    completed_at: timestampSchema.nullable(),
    sequence: z.number().int().meta({ description: 'Grows with every change of this job.' }),
  })
  .meta({ id: 'Job' });
/** One video that was asked for, from the request to its assets. */
export type Job = z.infer<typeof jobSchema>;

/** Query of `GET /api/v1/jobs`. All filters must hold. */
export const listJobsQuerySchema = datedPageQuerySchema.extend({
  status: listInQuerySchema(jobStatuses).optional().meta({
    description: 'One status, or several separated by commas.',
  }),
  stage: listInQuerySchema(jobStages).optional().meta({
    description: 'Jobs that wait for a decision have `needs_attention`.',
  }),
  operation_type: z.enum(operationTypes).optional(),
  provider_id: requestedProviderSchema.optional().meta({
    description: 'Jobs at this provider; `auto`: jobs for which the server chooses the provider.',
  }),
  model: z.string().min(1).max(100).optional(),
  account_id: identifierSchema('account').optional().meta({
    description: 'Jobs with an attempt on this account.',
  }),
  q: z.string().max(200).optional().meta({ description: 'Words in the prompt or the name.' }),
  metadata: z
    .record(z.string().max(60), z.string().max(500), { error: 'must be written as metadata[name]=value' })
    .optional()
    .meta({
      description: 'Jobs with all of these metadata values: `metadata[shot]=12b`.',
      param: { style: 'deepObject', explode: true },
    }),
});
/** Filters, order and page of a list of jobs. */
export type ListJobsQuery = z.infer<typeof listJobsQuerySchema>;

/** Query of `GET /api/v1/jobs/{id}`. */
export const getJobQuerySchema = z.object({
  wait: decimalSchema(z.number().min(0).max(60)).optional().meta({
    description: 'Seconds to hold the reply until the job changes or ends.',
  }),
});

/** Decisions about a job of which nobody knows whether the provider has it. */
export const resolveActions = ['resend', 'give_up'] as const;
/** `resend` may pay a second time; `give_up` may lose a paid video. */
export type ResolveAction = (typeof resolveActions)[number];

/** Body of `POST /api/v1/jobs/{id}/resolve`. */
export const resolveJobRequestSchema = z
  .strictObject({
    action: z.enum(resolveActions).meta({
      description:
        'resend: send it again as a new attempt, which you may pay for a second time. give_up: end the job, which may lose a paid video.',
    }),
  })
  .meta({ id: 'ResolveJobRequest' });
/** The decision about a job that needs attention. */
export type ResolveJobRequest = z.infer<typeof resolveJobRequestSchema>;

/** One attempt of a job: the account, the exact request, what the provider said, and the money. */
export const submissionSchema = z
  .object({
    id: identifierSchema('submission'),
    object: z.literal('submission'),
    job_id: identifierSchema('job'),
    number: z.number().int(),
    account_id: identifierSchema('account'),
    provider_id: providerIdSchema,
    state: z.enum(submissionStates),
    endpoint: z.string().nullable().meta({ example: 'POST /video/text/generate' }),
    payload: z.record(z.string(), z.unknown()).nullable().meta({
      description: 'What was sent; ids beyond 2^53 are strings here. null: no request has been stored yet.',
    }),
    payload_text: z.string().nullable().meta({ description: 'The exact JSON text that was sent.' }),
    idempotency_token: z.string(),
    provider_job_id: z.string().nullable(),
    error: jobErrorSchema.nullable(),
    provider_error: z
      .object({ code: z.string(), message: z.string() })
      .nullable()
      .meta({ description: "The provider's own words." }),
    account_choice: z.array(
      z.object({ account_id: identifierSchema('account'), chosen: z.boolean(), reason: z.string() }),
    ),
    observations: z.array(
      z.object({
        at: timestampSchema,
        raw_status: z.string(),
        status: z.enum(videoStatuses).nullable().meta({ description: 'null: not known to the adapter.' }),
      }),
    ),
    credits: z.array(
      z.object({ kind: z.enum(creditEntryKinds), amount: z.number().nullable(), at: timestampSchema }),
    ),
    created_at: timestampSchema,
    sent_at: timestampSchema.nullable(),
    accepted_at: timestampSchema.nullable(),
    finished_at: timestampSchema.nullable(),
    stored_at: timestampSchema.nullable(),
  })
  .meta({ id: 'Submission' });
/** One attempt of a job at one account. */
export type Submission = z.infer<typeof submissionSchema>;
