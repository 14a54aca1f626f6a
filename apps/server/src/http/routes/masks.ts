import { createRoute } from '@hono/zod-openapi';
import { createMasksRequestSchema, isTerminalJobStatus, maskSelectionSchema } from '@pixsim7/contracts';
import type { Job, MaskSelection } from '@pixsim7/contracts';
import type { Caller } from '@pixsim7/core';
import { bearerSecurity, idInPath, jsonBody, jsonReply, refusal } from '../documentation/replies.ts';
import type { HeldReplies } from '../events/held-replies.ts';
import type { HttpApp, HttpParts } from '../http-parts.ts';
import { idempotencyHeaders } from './jobs.ts';
import { waitForJob } from './wait-for-job.ts';

/** Providers answer within seconds; after a minute the job goes on without its caller. */
const patienceMs = 60_000;

const createMasks = createRoute({
  method: 'post',
  path: '/api/v1/providers/{id}/masks',
  operationId: 'createMasks',
  summary: 'Find the things that a frame of a video shows',
  description:
    'A job of the operation mask_selection that is waited for: priced, in the ledger, and one for each Idempotency-Key.',
  tags: ['Providers'],
  security: bearerSecurity,
  request: {
    params: idInPath('a-provider'),
    headers: idempotencyHeaders,
    body: jsonBody(createMasksRequestSchema),
  },
  responses: {
    200: jsonReply(maskSelectionSchema, 'The masks, as assets.'),
    202: {
      ...jsonReply(maskSelectionSchema, 'It takes longer than a minute; read the job.'),
      headers: { Location: { schema: { type: 'string' as const }, description: 'Where the job is.' } },
    },
    ...refusal,
  },
});

export function addMaskRoutes(
  app: HttpApp,
  parts: Pick<HttpParts, 'core' | 'stopping' | 'system'>,
  held: HeldReplies,
): void {
  app.openapi(createMasks, async (context) => {
    const caller = context.get('caller');
    const { id: providerId } = context.req.valid('param');
    const { video_url, keyframe, account_id, max_credits } = context.req.valid('json');
    parts.core.providers.manifest(providerId);
    const { job: created } = await parts.core.jobs.create(
      caller,
      {
        operation_type: 'mask_selection',
        provider_id: providerId,
        params: { video_url, ...(keyframe === undefined ? {} : { keyframe }) },
        ...(account_id === undefined ? {} : { account_id }),
        ...(max_credits === undefined ? {} : { max_credits }),
      },
      context.req.valid('header')['Idempotency-Key'] ?? null,
    );
    const isOver = held.hold(caller.keyId);
    try {
      const job = await untilEnd(parts, caller, created, context.req.raw.signal);
      const selection = viewOf(job);
      return isEnded(job)
        ? context.json(selection, 200)
        : context.json(selection, 202, { Location: `/api/v1/jobs/${job.id}` });
    } finally {
      isOver();
    }
  });
}

async function untilEnd(
  parts: Pick<HttpParts, 'core' | 'stopping' | 'system'>,
  caller: Caller,
  created: Job,
  aborted: AbortSignal,
): Promise<Job> {
  const timeUp = new AbortController();
  const stopTimer = parts.system.every(patienceMs, () => timeUp.abort());
  const ending = AbortSignal.any([aborted, timeUp.signal]);
  try {
    let job = created;
    while (!isEnded(job) && job.attention === null && !ending.aborted && !parts.stopping.aborted) {
      job = await waitForJob(parts, { caller, jobId: job.id, waitMs: patienceMs, aborted: ending });
    }
    return job;
  } finally {
    stopTimer();
  }
}

function isEnded({ status }: Job): boolean {
  return isTerminalJobStatus(status);
}

function viewOf({ id, status, credits, error, assets }: Job): MaskSelection {
  return { object: 'mask_selection', job_id: id, status, credits, error, masks: assets };
}
