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
    'An event carries what changed, in the names of the job, the asset or the account, so that it costs no further request. ' +
    'A key without `jobs:read`, `assets:read` or `accounts:read` hears of those that something changed and how it stands. ' +
    'Goes on after `Last-Event-ID`, or after `after`, or begins now. The id of an event is its sequence number. ' +
    'When events after it are no longer kept, the stream begins with an event of the name `event_gap`. ' +
    'When there is no such event yet, because the database was restored, it begins with `event_reset`: start over.',
  tags: ['Events'],
  security: bearerSecurity,
  request: {
    headers: z.object({ 'Last-Event-ID': sequence.optional() }),
    query: z.object({
      after: sequence.optional().meta({ description: 'For clients that cannot send Last-Event-ID.' }),
      job_id: identifierSchema('job').optional().meta({ description: 'Only what concerns this job.' }),
      named: z.enum(['true', 'false']).default('true').meta({
        description:
          'Whether each event has its type as its name. `EventSource` gives named events to `addEventListener(name, …)` and those without a name to `onmessage`: with `named=false` every one arrives there, also `event_gap` and `event_reset`, which `object` tells apart.',
      }),
    }),
  },
  responses: {
    200: {
      description: 'A stream that does not end by itself; its data lines are events.',
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
