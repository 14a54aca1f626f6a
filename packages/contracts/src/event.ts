import { z } from 'zod';
import { accountSchema, balanceSchema } from './account.ts';
import { assetSchema } from './asset.ts';
import { identifierSchema } from './identifier.ts';
import { attentionSchema, jobErrorSchema, jobSchema, providerIdSchema, waitSchema } from './job.ts';
import {
  accountEventTypes,
  accountStatuses,
  assetEventTypes,
  jobEventTypes,
  jobStages,
  jobStatuses,
  operationTypes,
} from './vocabulary.ts';
import { timestampSchema } from './wire.ts';

/** The state of a job. Every event of every version has it. */
export const jobEventStateSchema = z.object({
  job_id: identifierSchema('job'),
  status: z.enum(jobStatuses),
  stage: z.enum(jobStages),
  wait: waitSchema.nullable().meta({
    description:
      'Without `position` and `position_at_least`, because they change whenever other jobs do, which sends no event for this job.',
  }),
  attention: attentionSchema.nullish().meta({ description: 'Absent in events of earlier versions.' }),
  operation_type: z.enum(operationTypes),
  provider_id: providerIdSchema,
  account_id: identifierSchema('account').nullable(),
  error: jobErrorSchema.nullable(),
  asset_ids: z.array(identifierSchema('asset')),
  sequence: z.number().int(),
});

const job = jobSchema.shape;

/** A job as it stands after the change, in the names of `GET /api/v1/jobs/{id}`: enough for a list, a card or a receiver. */
export const jobEventDataSchema = jobEventStateSchema
  .extend({
    model: job.model.optional(),
    name: job.name.optional(),
    retry_of: job.retry_of.optional(),
    progress: job.progress.optional().meta({
      description:
        'At the time of the event. Advance an estimate with the clock, from `started_at` towards `low_s` and `high_s`.',
    }),
    credits: job.credits.optional(),
    assets: job.assets.optional().meta({ description: 'The results, with their file details.' }),
    warnings: job.warnings.optional(),
    created_at: job.created_at.optional(),
    started_at: job.started_at.optional(),
    completed_at: job.completed_at.optional(),
    metadata: job.metadata.optional().meta({
      description: 'In every event but `job.updated`; it never changes.',
    }),
    params: job.params.optional().meta({
      description: 'In `job.created` unless they are longer than 16 KiB; they never change.',
    }),
    priority: job.priority.optional().meta({ description: 'In `job.created`; it never changes.' }),
    not_before: job.not_before.optional().meta({ description: 'In `job.created`; it never changes.' }),
    max_credits: job.max_credits.optional().meta({ description: 'In `job.created`; it never changes.' }),
    max_cost_usd: job.max_cost_usd.optional().meta({ description: 'In `job.created`; it never changes.' }),
  })
  .meta({
    id: 'JobEventData',
    description:
      'The job after the change, with the same field names. Events of earlier versions, and events for a key without jobs:read, have only the required fields.',
  });
/** The data of every `job.*` event. */
export type JobEventData = z.infer<typeof jobEventDataSchema>;

/** The id of the asset. Every event of every version has it. */
export const assetEventStateSchema = z.object({
  asset_id: identifierSchema('asset'),
  job_id: identifierSchema('job').nullable(),
  media_type: assetSchema.shape.media_type,
  origin: assetSchema.shape.origin,
  late_result: z.boolean(),
});

/** An asset that was made, with its facts, or deleted. */
export const assetEventDataSchema = assetEventStateSchema
  .extend(
    assetSchema
      .omit({
        id: true,
        object: true,
        job_id: true,
        media_type: true,
        origin: true,
        late_result: true,
      })
      .partial().shape,
  )
  .meta({
    id: 'AssetEventData',
    description:
      'The asset, with the same field names; a deleted one only says that it is deleted. Events of earlier versions, and events for a key without assets:read, have only the required fields.',
  });
/** The data of every `asset.*` event. */
export type AssetEventData = z.infer<typeof assetEventDataSchema>;

const balance = balanceSchema.shape;

/** Changes of a balance by a reading: a missing field stays as it was, and null removes it. */
export const balanceChangeSchema = z
  .object({
    known: balance.known.optional(),
    amount: balance.amount,
    unit: balance.unit.optional(),
    observed_at: balance.observed_at,
    drift: balance.drift.unwrap().nullish(),
    problem: balance.problem.unwrap().nullish(),
  })
  .meta({
    id: 'BalanceChange',
    description:
      'What a reading changed in the balance: a missing field stays as it was, and null removes it. `held` and `spendable` change with every job; see `credits` in the events of jobs.',
  });
/** A change of the balance of an account. */
export type BalanceChange = z.infer<typeof balanceChangeSchema>;

/** The state of an account. Every event of every version has it. */
export const accountEventStateSchema = z.object({
  account_id: identifierSchema('account'),
  provider_id: providerIdSchema,
  status: z.enum(accountStatuses),
  reason: accountSchema.shape.reason,
  cooldown_until: accountSchema.shape.cooldown_until,
});

/** An account that was added, changed or removed, as it stands then. */
export const accountEventDataSchema = accountEventStateSchema
  .extend(
    accountSchema
      .pick({
        label: true,
        base_url: true,
        max_concurrent: true,
        priority: true,
        enabled: true,
        sandbox: true,
        created_at: true,
        updated_at: true,
      })
      .partial().shape,
  )
  .extend({
    balance: balanceChangeSchema.optional().meta({ description: 'Left out when the event is not about it.' }),
  })
  .meta({
    id: 'AccountEventData',
    description:
      'The account, with the same field names. Events of earlier versions, and events for a key without accounts:read, have only the required fields.',
  });
/** The data of every `account.*` event. */
export type AccountEventData = z.infer<typeof accountEventDataSchema>;

/** The data of any event; `type` of the event says which. */
export type EventData = JobEventData | AssetEventData | AccountEventData;

const eventBase = z.object({
  id: identifierSchema('event'),
  object: z.literal('event'),
  sequence: z.number().int().meta({ description: 'Gapless; the id of the server-sent event.' }),
  created_at: timestampSchema,
});

/** A change of a job. */
export const jobEventSchema = eventBase
  .extend({ type: z.enum(jobEventTypes), data: jobEventDataSchema })
  .meta({ id: 'JobEvent' });
/** A change of an asset. */
export const assetEventSchema = eventBase
  .extend({ type: z.enum(assetEventTypes), data: assetEventDataSchema })
  .meta({ id: 'AssetEvent' });
/** A change of an account. */
export const accountEventSchema = eventBase
  .extend({ type: z.enum(accountEventTypes), data: accountEventDataSchema })
  .meta({ id: 'AccountEvent' });

/** `type` says which data an event has. */
export const eventSchema = z
  .discriminatedUnion('type', [jobEventSchema, assetEventSchema, accountEventSchema])
  .meta({ id: 'Event' });
/** One entry of the stream; narrow it by `type`. */
export type Event = z.infer<typeof eventSchema>;

/** Sent instead of events that are no longer kept: a client that follows events has to read the current state once. */
export const eventGapSchema = z
  .object({
    object: z.literal('event_gap'),
    after: z.number().int().meta({ description: 'The last event that the reader has.' }),
    next: z
      .number()
      .int()
      .meta({ description: 'The oldest event that is kept; the stream continues with it.' }),
    detail: z.string(),
  })
  .meta({ id: 'EventGap' });
/** Word in the stream that events are no longer kept. */
export type EventGap = z.infer<typeof eventGapSchema>;

/** For a reader that has events which the server does not know: its database was restored from an older state. */
export const eventResetSchema = z
  .object({
    object: z.literal('event_reset'),
    after: z.number().int().meta({ description: 'The last event that the reader has.' }),
    latest: z.number().int().meta({ description: 'The latest event; the stream continues after it.' }),
    detail: z.string(),
  })
  .meta({ id: 'EventReset' });
/** Word in the stream that the server is in an older state than the reader. */
export type EventReset = z.infer<typeof eventResetSchema>;
