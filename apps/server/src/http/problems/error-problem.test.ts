import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { describe, expect, it } from 'vitest';
import type { Logger } from '@pixsim7/core';
import { RequestError, StaleRowError } from '@pixsim7/core';
import { DatabaseQueryError } from '@pixsim7/infra';
import { AuthenticationError, RateLimitError } from '@pixsim7/providers';
import type { HttpEnvironment } from '../http-parts.ts';
import { createErrorHandler } from './error-problem.ts';

async function replyTo(error: Error, method = 'POST') {
  const logged: unknown[] = [];
  const ignore = (): void => undefined;
  const logger: Logger = {
    debug: ignore,
    info: ignore,
    warn: ignore,
    error: (...line) => void logged.push(line),
  };
  const app = new Hono<HttpEnvironment>();
  app.use(async (context, next) => {
    context.set('requestId', 'req_1' as never);
    await next();
  });
  app.all('/', () => {
    throw error;
  });
  app.onError(createErrorHandler(logger));
  const reply = await app.request('/', { method });
  return { reply, problem: (await reply.json()) as Record<string, unknown>, logged };
}

describe('createErrorHandler', () => {
  it('writes a refusal of the domain as it is', async () => {
    const error = new RequestError('input_unreachable', 'Not now.', {
      errors: [{ pointer: '/url', code: 'input_unreachable', detail: 'Not now.' }],
      retryable: true,
    });
    const { reply, problem, logged } = await replyTo(error);
    expect([reply.status, reply.headers.get('content-type')]).toEqual([422, 'application/problem+json']);
    expect(problem).toEqual({
      type: '/docs/problems/input_unreachable',
      title: 'Input could not be fetched',
      status: 422,
      code: 'input_unreachable',
      detail: 'Not now.',
      errors: [{ in: 'body', pointer: '/url', code: 'input_unreachable', detail: 'Not now.' }],
      retryable: true,
      charged: 'no',
      request_id: 'req_1',
    });
    expect(logged).toEqual([]);
  });

  it('tells what a provider did in our words only', async () => {
    const { reply, problem } = await replyTo(
      new RateLimitError({
        code: 'rate_limited',
        message: 'Too many calls.',
        retry: 'later',
        accountEffect: 'cooldown',
        charged: 'unknown',
        providerMessage: 'quota of sk-secret',
        retryAfterSeconds: 1.5,
      }),
    );
    expect(problem).toMatchObject({
      status: 502,
      code: 'provider_error',
      retryable: true,
      charged: 'unknown',
    });
    expect(reply.headers.get('retry-after')).toBe('2');
    expect(JSON.stringify(problem)).not.toContain('sk-secret');
    const final = await replyTo(
      new AuthenticationError({
        code: 'credentials_invalid',
        message: 'Refused.',
        retry: 'never',
        accountEffect: 'disabled',
        charged: 'no',
      }),
    );
    expect(final.problem).toMatchObject({ retryable: false, charged: 'no' });
    expect(final.reply.headers.has('retry-after')).toBe(false);
  });

  it.each([
    [new StaleRowError('jobs'), 'state_conflict', true],
    [new HTTPException(400), 'malformed_request', false],
    [new HTTPException(415), 'unsupported_media_type', false],
  ])('%s', async (error, code, retryable) => {
    expect((await replyTo(error)).problem).toMatchObject({ code, retryable });
  });

  it.each([
    ['GET', 'no'],
    ['POST', 'unknown'],
  ])('logs what nobody expected and tells nothing of it: %s', async (method, charged) => {
    const error = new Error('password of the database');
    const { reply, problem, logged } = await replyTo(error, method);
    expect(problem).toMatchObject({ status: 500, code: 'internal', charged });
    expect(JSON.stringify(problem)).not.toContain('password');
    expect(reply.status).toBe(500);
    expect(logged).toEqual([[{ request_id: 'req_1', error }, 'request failed']]);
  });

  it('asks to send again what came while the database was away, and logs it', async () => {
    const error = new DatabaseQueryError('Connecting failed.', { sqlState: null, constraint: null });
    const { reply, problem, logged } = await replyTo(error);
    expect(problem).toMatchObject({ status: 503, code: 'unavailable', retryable: true, charged: 'unknown' });
    expect(reply.headers.get('retry-after')).toBe('5');
    expect(logged).toHaveLength(1);
    expect((await replyTo(error, 'GET')).problem).toMatchObject({ charged: 'no' });
  });

  it.each([
    ['53100', 507, 'insufficient_storage', '60'],
    ['58030', 503, 'unavailable', '60'],
    ['53300', 503, 'unavailable', '5'],
  ])(
    'says that nothing was charged when a resource is missing: %s',
    async (sqlState, status, code, after) => {
      const error = new DatabaseQueryError('No room.', { sqlState, constraint: null });
      const { reply, problem, logged } = await replyTo(error);
      expect(problem).toMatchObject({ status, code, retryable: true, charged: 'no' });
      expect(reply.headers.get('retry-after')).toBe(after);
      expect(logged).toHaveLength(1);
    },
  );

  it('does not take other refusals of the framework for expected', async () => {
    expect((await replyTo(new HTTPException(418))).problem).toMatchObject({ code: 'internal' });
  });
});
