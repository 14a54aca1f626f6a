import type { Context, MiddlewareHandler } from 'hono';
import { breakConnection } from '../http/break-connection.ts';
import type { NodeEnvironment } from '../http/listen.ts';
import { drip, hang } from '../http/slow-reply.ts';
import type { ControlledProvider } from './controlled-provider.ts';
import type { Fault, FaultList } from './faults.ts';
import { relativePathOf } from './relative-path.ts';

export type Wait = (milliseconds: number) => Promise<void>;

/** Makes the requests that a fault matches go wrong; all others pass untouched. */
export function injectFaults(
  faults: FaultList,
  provider: ControlledProvider,
  wait: Wait,
): MiddlewareHandler<NodeEnvironment> {
  return async (context, next) => {
    const fault = faults.take(context.req.method, relativePathOf(provider, context.req.path));
    if (fault === null) {
      await next();
      return undefined;
    }
    return misbehave(fault, context, next, provider, wait);
  };
}

async function misbehave(
  fault: Fault,
  context: Context<NodeEnvironment>,
  next: () => Promise<void>,
  provider: ControlledProvider,
  wait: Wait,
): Promise<Response | undefined> {
  const value = fault.value ?? 0;
  switch (fault.action) {
    case 'drop_before_accept':
      return breakConnection(context);
    case 'drop_after_accept':
      await next();
      return replaceReply(context, breakConnection(context));
    case 'http_status':
      return plainStatus(value);
    case 'err_code':
      return provider.errorReply(value);
    case 'delay':
      await wait(value);
      await next();
      return undefined;
    case 'garbage':
      await next();
      return replaceReply(
        context,
        new Response('<html><body>upstream sent garbage', {
          headers: { 'content-type': 'application/json' },
        }),
      );
    case 'truncate':
      await next();
      return replaceReply(context, await truncate(context));
    case 'hang':
      return hang(context);
    case 'drip':
      await next();
      return replaceReply(context, await drip(context, value));
    case 'endless':
      await next();
      return replaceReply(context, endless(context));
  }
}

/** Hono ignores what a middleware returns after a reply is there, and merges headers into one that replaces another. */
function replaceReply(context: Context<NodeEnvironment>, reply: Response): undefined {
  context.res = undefined;
  context.res = reply;
  return undefined;
}

function plainStatus(status: number): Response {
  const headers = new Headers({ 'content-type': 'text/plain' });
  if (status === 429 || status === 503) {
    headers.set('retry-after', '1');
  }
  const mayHaveBody = status !== 204 && status !== 205 && status !== 304;
  return new Response(mayHaveBody ? `fault: HTTP ${status}` : null, { status, headers });
}

/** The status of the reply, and white space, which valid JSON can start with, for as long as the client reads. */
function endless(context: Context<NodeEnvironment>): Response {
  const piece = new TextEncoder().encode(' '.repeat(64 * 1024));
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.enqueue(piece);
    },
  });
  return new Response(body, { status: context.res.status, headers: { 'content-type': 'application/json' } });
}

/** Promises the whole body and breaks off in the middle of it. */
async function truncate(context: Context<NodeEnvironment>): Promise<Response> {
  const body = new Uint8Array(await context.res.arrayBuffer());
  const { outgoing } = context.env;
  outgoing.writeHead(context.res.status, {
    'content-type': context.res.headers.get('content-type') ?? 'application/octet-stream',
    'content-length': body.length,
  });
  // Destroying at once would drop what is still buffered, and nothing at all would arrive.
  await new Promise<void>((resolve) => {
    outgoing.write(body.subarray(0, Math.floor(body.length / 2)), () => resolve());
  });
  return breakConnection(context);
}
