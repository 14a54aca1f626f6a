import { createMiddleware } from 'hono/factory';
import type { System } from '@pixsim7/core';
import type { HttpEnvironment } from '../http-parts.ts';

/** Gives each request an id of ours; it stands in the reply, in every problem and in the log. */
export function requestIds(system: Pick<System, 'createId'>) {
  return createMiddleware<HttpEnvironment>(async (context, next) => {
    const id = system.createId('request');
    context.set('requestId', id);
    await next();
    context.res.headers.set('request-id', id);
  });
}
