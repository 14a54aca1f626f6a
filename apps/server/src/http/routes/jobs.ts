import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import {
  createJobRequestSchema,
  getJobQuerySchema,
  jobSchema,
  listJobsQuerySchema,
  listSchema,
  quoteSchema,
  resolveJobRequestSchema,
  submissionSchema,
} from '@pixsim7/contracts';
import type { Job } from '@pixsim7/contracts';
import type { CreatedJob } from '@pixsim7/core';
import { bearerSecurity, idInPath, jsonBody, jsonReply, refusal } from '../documentation/replies.ts';
import type { HeldReplies } from '../events/held-replies.ts';
import type { HttpApp, HttpParts } from '../http-parts.ts';
import { metadataFilter } from './metadata-filter.ts';
import { waitForJob } from './wait-for-job.ts';

const tags = ['Jobs'];
const security = bearerSecurity;
const params = idInPath('job_01k3v5m2q8r7t9w0x4y6z1a2b3');

export const idempotencyHeaders = z.object({
  'Idempotency-Key': z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, { error: 'must be 1 to 255 visible ASCII characters' })
    .optional()
    .meta({
      description:
        '1 to 255 visible ASCII characters. However often you send the same key with the same request, you get one job.',
      example: '0b9d6f7e-3c52-4a55-9f0e-2f6f1c9d8a71',
    }),
});

const created = {
  201: {
    ...jsonReply(jobSchema, 'The job was created.'),
    headers: { Location: { schema: { type: 'string' as const }, description: 'Where the job is.' } },
  },
  200: {
    ...jsonReply(jobSchema, 'This Idempotency-Key already made the job; this is its current state.'),
    headers: { 'Idempotent-Replayed': { schema: { type: 'string' as const, enum: ['true'] } } },
  },
  ...refusal,
};

const createJob = createRoute({
  method: 'post',
  path: '/api/v1/jobs',
  operationId: 'createJob',
  summary: 'Create a job',
  description:
    'Checked and priced before anything is spent. If all accounts are busy, the job waits and says why.',
  tags,
  security,
  request: { headers: idempotencyHeaders, body: jsonBody(createJobRequestSchema) },
  responses: created,
});

const listJobs = createRoute({
  method: 'get',
  path: '/api/v1/jobs',
  operationId: 'listJobs',
  summary: 'List jobs, newest first',
  tags,
  security,
  request: { query: listJobsQuerySchema },
  responses: { 200: jsonReply(listSchema(jobSchema), 'A page of jobs.'), ...refusal },
});

const getJob = createRoute({
  method: 'get',
  path: '/api/v1/jobs/{id}',
  operationId: 'getJob',
  summary: 'Read a job, or wait until it changes',
  tags,
  security,
  request: { params, query: getJobQuerySchema },
  responses: { 200: jsonReply(jobSchema, 'The job.'), ...refusal },
});

const cancelJob = createRoute({
  method: 'post',
  path: '/api/v1/jobs/{id}/cancel',
  operationId: 'cancelJob',
  summary: 'Cancel a job',
  description:
    'Takes effect at once for you. If the provider has started, it continues, and its video is kept as a late result.',
  tags,
  security,
  request: { params },
  responses: { 200: jsonReply(jobSchema, 'The cancelled job.'), ...refusal },
});

const retryJob = createRoute({
  method: 'post',
  path: '/api/v1/jobs/{id}/retry',
  operationId: 'retryJob',
  summary: 'Make a new job from a finished one',
  tags,
  security,
  request: { params, headers: idempotencyHeaders },
  responses: created,
});

const resolveJob = createRoute({
  method: 'post',
  path: '/api/v1/jobs/{id}/resolve',
  operationId: 'resolveJob',
  summary: 'Decide about a job that needs attention',
  description:
    'For a job that the provider may or may not have. Without this decision it is never sent again.',
  tags,
  security,
  request: { params, body: jsonBody(resolveJobRequestSchema) },
  responses: { 200: jsonReply(jobSchema, 'The job after the decision.'), ...refusal },
});

const listSubmissions = createRoute({
  method: 'get',
  path: '/api/v1/jobs/{id}/submissions',
  operationId: 'listSubmissions',
  summary: 'Every attempt of a job, with what was sent and what it cost',
  tags,
  security,
  request: { params },
  responses: { 200: jsonReply(listSchema(submissionSchema), 'All attempts, oldest first.'), ...refusal },
});

const createQuote = createRoute({
  method: 'post',
  path: '/api/v1/quotes',
  operationId: 'createQuote',
  summary: 'Price a job without creating it',
  description: 'Takes the same body as a job and refuses the same requests. Spends and fetches nothing.',
  tags,
  security,
  request: { body: jsonBody(createJobRequestSchema) },
  responses: { 200: jsonReply(quoteSchema, 'The price.'), ...refusal },
});

export function addJobRoutes(
  app: HttpApp,
  parts: Pick<HttpParts, 'core' | 'stopping' | 'system'>,
  held: HeldReplies,
): void {
  const { jobs } = parts.core;

  app.openapi(createJob, async (context) => {
    const caller = context.get('caller');
    const key = context.req.valid('header')['Idempotency-Key'] ?? null;
    const result = await jobs.create(caller, context.req.valid('json'), key);
    const { job, status, headers } = answerOf(result);
    return context.json(job, status, headers);
  });
  app.openapi(listJobs, async (context) =>
    context.json(
      await jobs.list(context.get('caller'), {
        ...context.req.valid('query'),
        ...metadataFilter(context.req.queries()),
      }),
      200,
    ),
  );
  app.openapi(getJob, async (context) => {
    const caller = context.get('caller');
    const waitMs = (context.req.valid('query').wait ?? 0) * 1_000;
    const isOver = waitMs === 0 ? null : held.hold(caller.keyId);
    try {
      const { id: jobId } = context.req.valid('param');
      const job = await waitForJob(parts, { caller, jobId, waitMs, aborted: context.req.raw.signal });
      return context.json(job, 200);
    } finally {
      isOver?.();
    }
  });
  app.openapi(cancelJob, async (context) =>
    context.json(await jobs.cancel(context.get('caller'), context.req.valid('param').id), 200),
  );
  app.openapi(retryJob, async (context) => {
    const caller = context.get('caller');
    const key = context.req.valid('header')['Idempotency-Key'] ?? null;
    const result = await jobs.retry(caller, context.req.valid('param').id, key);
    const { job, status, headers } = answerOf(result);
    return context.json(job, status, headers);
  });
  app.openapi(resolveJob, async (context) => {
    const caller = context.get('caller');
    const { action } = context.req.valid('json');
    return context.json(await jobs.resolve(caller, context.req.valid('param').id, action), 200);
  });
  app.openapi(listSubmissions, async (context) => {
    const data = await jobs.submissions(context.get('caller'), context.req.valid('param').id);
    return context.json({ data, next_cursor: null }, 200);
  });
  app.openapi(createQuote, async (context) =>
    context.json(await jobs.quote(context.get('caller'), context.req.valid('json')), 200),
  );
}

function answerOf({ job, replayed }: CreatedJob): {
  job: Job;
  status: 200 | 201;
  headers: Record<string, string>;
} {
  return replayed
    ? { job, status: 200, headers: { 'Idempotent-Replayed': 'true' } }
    : { job, status: 201, headers: { Location: `/api/v1/jobs/${job.id}` } };
}
