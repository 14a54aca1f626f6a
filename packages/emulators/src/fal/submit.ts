import { randomUUID } from 'node:crypto';
import { drawRenderSeconds } from '../triggers/render-time.ts';
import { renderResult } from './emulation.ts';
import type { Emulation } from './emulation.ts';
import type { Endpoint } from './endpoints.ts';
import type { Body } from './fields.ts';
import { takePicture } from './pictures.ts';
import { planRequest } from './plan.ts';
import { advanceQueue, creditsLeft, positionOf } from './queue-state.ts';
import { exhausted, FalRefusal, modelRefusal } from './replies.ts';
import type { Reply } from './replies.ts';
import { addressesOf } from './request-state.ts';
import type { Account, QueuedRequest } from './store.ts';
import { readTriggers } from './triggers.ts';
import type { Outcome } from './triggers.ts';

/** Puts a request into the queue. The model refuses later, in its own answer, unless the settings say otherwise. */
export async function submit(
  emulation: Emulation,
  account: Account,
  endpoint: Endpoint,
  body: Body,
  webhookUrl: string | null,
): Promise<Reply> {
  const { store, settings, clock, random } = emulation;
  const plan = await planRequest(endpoint, body, {
    takePicture: (address) => takePicture(emulation, address),
    sizeDivisor: emulation.sizeDivisor,
  });
  const triggers = readTriggers(plan.prompt);
  const outcome: Outcome =
    plan.problems.length > 0
      ? { kind: 'answer', reply: modelRefusal(422, plan.problems, false), isModeration: false }
      : triggers.outcome;
  if (triggers.refuseWith !== null) {
    throw new FalRefusal(triggers.refuseWith);
  }
  if (settings.refuse_at_submit && outcome.kind === 'answer') {
    throw new FalRefusal(outcome.reply);
  }
  if (creditsLeft(emulation, account.apiKey) <= 0) {
    throw new FalRefusal(exhausted);
  }
  const now = clock();
  const renderSeconds = drawRenderSeconds(settings.render_seconds, random, triggers);
  const request: QueuedRequest = {
    id: randomUUID(),
    apiKey: account.apiKey,
    endpointId: endpoint.id,
    prompt: plan.prompt,
    credits: plan.credits,
    recipe: plan.recipe,
    outcome,
    strangeStatus: triggers.strangeStatus,
    acceptedAt: now,
    readyAt: now + triggers.queueSeconds * 1000,
    // A model that refuses the values does so at once.
    renderSeconds: plan.problems.length > 0 ? 0 : renderSeconds,
    startedAt: null,
    droppedAt: null,
    webhookUrl,
    withoutPayload: triggers.withoutPayload,
  };
  store.commit([{ kind: 'request_accepted', request }]);
  renderResult(emulation, request);
  const position = positionOf(emulation, request);
  advanceQueue(emulation);
  if (settings.webhook_before_reply) {
    await emulation.videos.whenIdle();
    await emulation.webhooks.deliver();
  }
  return {
    status: 200,
    body: {
      status: 'IN_QUEUE',
      request_id: request.id,
      queue_position: position,
      ...addressesOf(emulation, request.id),
    },
  };
}
