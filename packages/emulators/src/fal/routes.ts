import { Hono } from 'hono';
import type { Context } from 'hono';
import type { NodeEnvironment } from '../http/listen.ts';
import type { Emulation } from './emulation.ts';
import { application, endpoints } from './endpoints.ts';
import type { Body } from './fields.ts';
import { advanceQueue, creditsLeft } from './queue-state.ts';
import { badKey, exhausted, FalRefusal, queueRefusal, responseOf, unknownApplication } from './replies.ts';
import type { Reply } from './replies.ts';
import { cancel, createStatusReader, requestOf, resultOf } from './request-state.ts';
import { mediaPath, serveMedia } from './result-files.ts';
import type { Account, QueuedRequest } from './store.ts';
import { submit } from './submit.ts';
import { announceUpload, storeUpload, uploadPath } from './uploads.ts';
import { publishedKeys } from './webhooks/keys.ts';

type FalContext = Context<NodeEnvironment>;

/** The wire of fal: queue, uploads and keys of webhooks, which have hosts of their own there and one address here. */
export function falRoutes(emulation: Emulation): Hono<NodeEnvironment> {
  const statusOf = createStatusReader(emulation);
  const app = new Hono<NodeEnvironment>();

  function answer(work: (context: FalContext, account: Account) => Promise<Reply>) {
    return (context: FalContext) =>
      reply(async () => {
        const account = accountOf(emulation, context.req.header('authorization') ?? '');
        advanceQueue(emulation);
        return work(context, account);
      });
  }
  /** An answer about a request repeats its id in a header. */
  function answerAbout(work: (request: QueuedRequest, context: FalContext) => Reply) {
    return answer(async (context, account) => {
      const request = requestOf(emulation, account.apiKey, context.req.param('id') ?? '');
      const { headers, ...reply } = work(request, context);
      return { ...reply, headers: { ...headers, 'x-fal-request-id': request.id } };
    });
  }
  const requests = `/${application}/requests/:id`;

  app.get(
    requests,
    answerAbout((request) => resultOf(emulation, request)),
  );
  app.get(
    `${requests}/status`,
    answerAbout((request, context) => statusOf(request, context.req.query('logs') === '1')),
  );
  app.put(
    `${requests}/cancel`,
    answerAbout((request) => cancel(emulation, request)),
  );
  app.post(
    '/storage/upload/initiate',
    answer(async (context, account) => {
      if (creditsLeft(emulation, account.apiKey) <= 0) {
        throw new FalRefusal(exhausted);
      }
      return announceUpload(emulation, await readBody(context));
    }),
  );
  for (const endpoint of endpoints) {
    app.post(
      `/${endpoint.id}`,
      answer(async (context, account) => {
        const webhookUrl = context.req.query('fal_webhook') ?? null;
        return submit(emulation, account, endpoint, await readBody(context), webhookUrl);
      }),
    );
  }
  app.put(`${uploadPath}:token`, (context) =>
    reply(() => storeUpload(emulation, context.req.param('token'), context.req.raw)),
  );
  app.get(`${mediaPath}:name`, (context) =>
    serveMedia(emulation, context.req.raw, context.req.param('name')),
  );
  app.get('/.well-known/jwks.json', (context) =>
    context.json(publishedKeys(emulation.store, emulation.settings.webhook_key)),
  );
  app.notFound(() => responseOf(unknownApplication));
  return app;
}

async function reply(work: () => Promise<Reply>): Promise<Response> {
  try {
    return responseOf(await work());
  } catch (error) {
    if (error instanceof FalRefusal) {
      return responseOf(error.reply);
    }
    throw error;
  }
}

/** Keys are made up by their users: every key of the form `id:secret` opens an account at its first call. */
function accountOf({ store, settings, random }: Emulation, authorization: string): Account {
  const apiKey = /^Key ([^:\s]+:[^:\s]+)$/.exec(authorization)?.[1];
  if (apiKey === undefined) {
    throw new FalRefusal(badKey);
  }
  const known = store.accounts.get(apiKey);
  if (known !== undefined) {
    return known;
  }
  const userId = `user_${Math.floor(random() * 1e12).toString(36)}`;
  const account: Account = { apiKey, userId, credits: settings.credits };
  store.commit([{ kind: 'account_opened', account }]);
  return account;
}

async function readBody(context: FalContext): Promise<Body> {
  const body: unknown = await context.req.json().catch(() => null);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new FalRefusal(queueRefusal(400, 'The body is not a JSON object'));
  }
  return body as Body;
}
