import { Hono } from 'hono';
import type { Context } from 'hono';
import { breakConnection } from '../http/break-connection.ts';
import type { NodeEnvironment } from '../http/listen.ts';
import { presentOf, renderResult } from './emulation.ts';
import type { Caller, Emulation } from './emulation.ts';
import { organizationReply } from './organization.ts';
import { planTask } from './plan.ts';
import { RunwayRefusal, refusalResponse, replyOfStatus } from './refusal.ts';
import { mediaPath, serveOutput } from './result-files.ts';
import { operations } from './store.ts';
import type { Operation } from './store.ts';
import { acceptTask, createTaskReader, deleteTask } from './tasks.ts';
import { readTriggers } from './triggers.ts';
import { openUpload, storagePath, storeUpload } from './uploads.ts';

type RunwayContext = Context<NodeEnvironment>;

const apiVersion = '2024-11-06';

/** The wire of Runway, with the storage of its uploads and its outputs beside it. */
export function runwayRoutes(emulation: Emulation): Hono<NodeEnvironment> {
  const readTask = createTaskReader(emulation);
  const app = new Hono<NodeEnvironment>();

  app.use('*', async (context, next) => {
    await next();
    // Clients count lifetimes from it, and the clock of a test may be elsewhere than that of the machine.
    context.res.headers.set('date', new Date(emulation.clock()).toUTCString());
  });
  for (const operation of operations) {
    app.post(`/v1/${operation}`, (context) => submit(emulation, operation, context));
  }
  app.get('/v1/tasks/:id', (context) => readTask(context.req.param('id'), callerOf(emulation, context)));
  app.delete('/v1/tasks/:id', (context) =>
    deleteTask(emulation, context.req.param('id'), callerOf(emulation, context)),
  );
  app.post('/v1/uploads', async (context) => {
    const caller = callerOf(emulation, context);
    return openUpload(emulation, caller, await readJson(context));
  });
  app.get('/v1/organization', (context) => organizationReply(emulation, callerOf(emulation, context)));
  app.post(storagePath, (context) => storeUpload(emulation, context.req.raw));
  app.get(`${mediaPath}:name`, (context) =>
    serveOutput(emulation, context.req.raw, context.req.param('name')),
  );

  const known = [
    ...operations.map((operation) => `/v1/${operation}`),
    '/v1/tasks/:id',
    '/v1/uploads',
    '/v1/organization',
  ];
  for (const path of known) {
    app.all(path, () => replyOfStatus(405));
  }
  app.all('*', () => replyOfStatus(404));
  app.onError((error) => {
    if (error instanceof RunwayRefusal) {
      return refusalResponse(error);
    }
    throw error;
  });
  return app;
}

async function submit(emulation: Emulation, operation: Operation, context: RunwayContext): Promise<Response> {
  const { apiKey } = callerOf(emulation, context);
  const body = await readJson(context);
  const plan = await planTask(emulation, { apiKey, now: emulation.clock() }, operation, body);
  // Looking at files takes time; from here on no other call gets in.
  const task = acceptTask(emulation, { apiKey, now: presentOf(emulation) }, plan);
  renderResult(emulation, task);
  return readTriggers(plan.prompt).dropsReply
    ? breakConnection(context)
    : Response.json({ id: task.id, estimatedCost: { credits: task.credits } });
}

/** Keys are made up by their users: every key of the right form opens an organization at its first call. */
function callerOf(emulation: Emulation, context: RunwayContext): Caller {
  const { store, settings } = emulation;
  const apiKey = /^Bearer (key_\S+)$/.exec(context.req.header('authorization') ?? '')?.[1];
  if (apiKey === undefined) {
    throw new RunwayRefusal(401, 'The API key is missing or not valid.');
  }
  if (context.req.header('x-runway-version') !== apiVersion) {
    throw new RunwayRefusal(400, `The X-Runway-Version header must be ${apiVersion}.`);
  }
  if (!store.organizations.has(apiKey)) {
    const organization = { apiKey, credits: settings.credits };
    store.commit([{ kind: 'organization_opened', organization }]);
  }
  return { apiKey, now: presentOf(emulation) };
}

async function readJson(context: RunwayContext): Promise<unknown> {
  try {
    return await context.req.json();
  } catch {
    throw new RunwayRefusal(400, 'The body is not JSON.');
  }
}
