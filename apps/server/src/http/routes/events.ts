import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import {
  decimalSchema,
  eventGapSchema,
  eventResetSchema,
  eventSchema,
  identifierSchema,
} from '@pixsim7/contracts';
import type { Event } from '@pixsim7/contracts';
import { requireScope } from '@pixsim7/core';
import type { PublishedEvent } from '@pixsim7/core';
import { bearerSecurity, refusal } from '../documentation/replies.ts';
import { eventStream } from '../events/event-stream.ts';
import { followEvents } from '../events/follow-events.ts';
import type { HeldReplies } from '../events/held-replies.ts';
import { visibleEvent } from '../events/visible-event.ts';
import type { HttpApp, HttpParts } from '../http-parts.ts';

const sequence = decimalSchema(z.number().int().min(0));

const streamEvents = createRoute({
  method: 'get',
  path: '/api/v1/events',
  operationId: 'streamEvents',
  summary: 'Changes as they happen (server-sent events)',
  description:
    'An event carries what changed, with the field names of the job, asset or account, so you need no further request. ' +
    'A key without `jobs:read`, `assets:read` or `accounts:read` only learns that something changed, and its status. ' +
    'Resumes after `Last-Event-ID` or `after`, or starts now. The id of an event is its sequence number. ' +
    'If some events after it are no longer kept, the stream starts with an event named `event_gap`. ' +
    'If that event does not exist, because the database was restored, it starts with `event_reset`: start over.',
  tags: ['Events'],
  security: bearerSecurity,
  request: {
    headers: z.object({ 'Last-Event-ID': sequence.optional() }),
    query: z.object({
      after: sequence.optional().meta({ description: 'For clients that cannot send Last-Event-ID.' }),
      job_id: identifierSchema('job').optional().meta({ description: 'Only events about this job.' }),
      named: z.enum(['true', 'false']).default('true').meta({
        description:
          'Whether each event has its type as its name. `EventSource` passes named events to `addEventListener(name, …)` and unnamed ones to `onmessage`. With `named=false` all of them arrive in `onmessage`, including `event_gap` and `event_reset`; tell them apart by `object`.',
      }),
    }),
  },
  responses: {
    200: {
      description: 'An endless stream; its data lines are events.',
      content: { 'text/event-stream': { schema: z.union([eventSchema, eventGapSchema, eventResetSchema]) } },
    },
    ...refusal,
  },
});

export function addEventRoutes(
  app: HttpApp,
  { core, logger, stopping, system }: Pick<HttpParts, 'core' | 'logger' | 'stopping' | 'system'>,
  held: HeldReplies,
): void {
  app.openapi(streamEvents, async (context) => {
    const caller = context.get('caller');
    requireScope(caller, 'events:read');
    const { after, job_id: jobId, named } = context.req.valid('query');
    const headers = {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      // nginx keeps a stream back until its buffer is full unless it is told not to.
      'x-accel-buffering': 'no',
    };
    if (context.req.method === 'HEAD') {
      return new Response(null, { headers });
    }
    // Read before the reply begins: what a client does once it has the headers is in its stream.
    const latest = await core.events.latestSequence();
    const isOver = held.hold(caller.keyId);
    const cancelled = new AbortController();
    const ending = AbortSignal.any([stopping, cancelled.signal, context.req.raw.signal]);
    ending.addEventListener('abort', isOver, { once: true });
    if (ending.aborted) {
      isOver();
    }
    const feed = followEvents(core.events, system, {
      after: context.req.valid('header')['Last-Event-ID'] ?? after ?? latest,
      latest,
      ending,
      onStuck: () => cancelled.abort(),
    });
    const shown = ({ workspaceId, event }: PublishedEvent): Event | null => {
      const { data } = event;
      const isWanted =
        workspaceId === caller.workspaceId &&
        (jobId === undefined || ('job_id' in data && data.job_id === jobId));
      return isWanted ? visibleEvent(event, caller.scopes) : null;
    };
    return new Response(eventStream(feed, { shown, named: named === 'true', cancelled, logger }), {
      headers,
    });
  });
}
