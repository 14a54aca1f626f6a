import { z } from 'zod';
import { accountSchema } from './account.ts';
import { assetSchema } from './asset.ts';
import { identifierSchema } from './identifier.ts';
import { attentionSchema, jobErrorSchema, providerIdSchema, waitSchema } from './job.ts';
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

/** The change of a job: enough to update a list or a card without asking again. */
export const jobEventDataSchema = z
  .object({
    job_id: identifierSchema('job'),
    status: z.enum(jobStatuses),
    stage: z.enum(jobStages),
    wait: waitSchema.nullable(),
    attention: attentionSchema.nullish().meta({ description: 'Absent in events of earlier versions.' }),
    operation_type: z.enum(operationTypes),
    provider_id: providerIdSchema,
    account_id: identifierSchema('account').nullable(),
    error: jobErrorSchema.nullable(),
    asset_ids: z.array(identifierSchema('asset')),
    sequence: z.number().int(),
  })
  .meta({ id: 'JobEventData' });
/** The data of every `job.*` event. */
export type JobEventData = z.infer<typeof jobEventDataSchema>;

/** An asset that was made or deleted. */
export const assetEventDataSchema = z
  .object({
    asset_id: identifierSchema('asset'),
    job_id: identifierSchema('job').nullable(),
    media_type: assetSchema.shape.media_type,
    origin: assetSchema.shape.origin,
    late_result: z.boolean(),
  })
  .meta({ id: 'AssetEventData' });
/** The data of every `asset.*` event. */
export type AssetEventData = z.infer<typeof assetEventDataSchema>;

/** An account that was added, changed or removed, with its health. */
export const accountEventDataSchema = z
  .object({
    account_id: identifierSchema('account'),
    provider_id: providerIdSchema,
    status: z.enum(accountStatuses),
    reason: accountSchema.shape.reason,
    cooldown_until: accountSchema.shape.cooldown_until,
  })
  .meta({ id: 'AccountEventData' });
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

/** In the place of events that are no longer kept: whoever goes by events has to read the present state once. */
export const eventGapSchema = z
  .object({
    object: z.literal('event_gap'),
    after: z.number().int().meta({ description: 'The last event that the reader has.' }),
    next: z
      .number()
      .int()
      .meta({ description: 'The oldest event that is kept; the stream goes on with it.' }),
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
    latest: z
      .number()
      .int()
      .meta({ description: 'The last event that there is; the stream goes on after it.' }),
    detail: z.string(),
  })
  .meta({ id: 'EventReset' });
/** Word in the stream that the server is in an older state than the reader. */
export type EventReset = z.infer<typeof eventResetSchema>;
