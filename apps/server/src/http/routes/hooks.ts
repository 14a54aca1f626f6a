import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { announcedLength, receiveBody } from '../body/receive-body.ts';
import { noSecurity, refusal } from '../documentation/replies.ts';
import type { HttpApp, HttpLimits, HttpParts } from '../http-parts.ts';
import { limitWebhooks } from '../middleware/limit-webhooks.ts';

const receiveWebhook = createRoute({
  method: 'post',
  path: '/hooks/{provider}/{token}',
  operationId: 'receiveWebhook',
  summary: 'Receive a webhook from a provider',
  description:
    "For providers, not for clients: the provider's signature replaces the API key. The address of an account is its `webhook_url`. A delivery only triggers a check of its job.",
  tags: ['Webhooks of providers'],
  security: noSecurity,
  request: {
    params: z.object({
      provider: z.string().meta({ example: 'example' }),
      token: z.string().meta({ example: '0f8fad5bd9cb469fa16570867728950e' }),
    }),
    query: z.object({
      submission: z.string().optional().meta({ description: 'The attempt that it is about.' }),
    }),
  },
  responses: {
    200: {
      description: 'Accepted, now or earlier. The body is what the provider expects.',
      content: { 'text/plain': { schema: z.string() } },
    },
    ...refusal,
  },
});

/** The route for reports from providers. It needs no API key: the signature over the raw body takes its place. */
export function addHookRoute(
  app: HttpApp,
  { core, system }: Pick<HttpParts, 'core' | 'system'>,
  limits: HttpLimits,
): void {
  const { webhookBytes: maxBytes, bodySilenceMs: silenceMs, bodyArrivalMs: arrivalMs } = limits;
  const readBody = async (request: Request): Promise<Uint8Array> =>
    request.body === null
      ? new Uint8Array()
      : receiveBody(request.body, announcedLength(request), { maxBytes, silenceMs, arrivalMs }, system);

  app.use('/hooks/*', limitWebhooks(limits, system));
  app.openapi(receiveWebhook, async (context) => {
    const { provider, token } = context.req.valid('param');
    const { contentType, body } = await core.notices.receive({
      providerId: provider,
      token,
      submissionId: context.req.valid('query').submission ?? null,
      read: async () => ({
        headers: context.req.header(),
        body: await readBody(context.req.raw),
      }),
    });
    return context.text(body, 200, { 'content-type': contentType });
  });
}
