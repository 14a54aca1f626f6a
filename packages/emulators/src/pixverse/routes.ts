import { Hono } from 'hono';
import type { Context } from 'hono';
import type { NodeEnvironment } from '../http/listen.ts';
import { audioVerificationEndpoint } from './audio-verification.ts';
import { restyleListEndpoint, templateListEndpoint } from './catalogue.ts';
import { renderResult } from './emulation.ts';
import type { Emulation } from './emulation.ts';
import type { Endpoint, EndpointRequest } from './endpoint.ts';
import { PixverseRefusal, refusalReply, responseOf, successReply } from './error-codes.ts';
import type { Reply } from './error-codes.ts';
import { generateEndpoint } from './generate.ts';
import { maskSelectionEndpoint } from './mask-selection.ts';
import { planAgent } from './operations/agent.ts';
import { planAvatar } from './operations/avatar.ts';
import { planExtend } from './operations/extend.ts';
import { planFusion } from './operations/fusion.ts';
import { planImageTemplate } from './operations/image-template.ts';
import { planLipSync } from './operations/lip-sync.ts';
import { planMimic } from './operations/mimic.ts';
import { planModify } from './operations/modify.ts';
import { planMultiTransition } from './operations/multi-transition.ts';
import { planMusicVideo } from './operations/music-video.ts';
import type { Planner } from './operations/plan.ts';
import { planRestyle } from './operations/restyle.ts';
import { planSoundEffect } from './operations/sound-effect.ts';
import { planSwap } from './operations/swap.ts';
import { planImageToVideo, planTextToVideo } from './operations/text-and-image-to-video.ts';
import { planTransition } from './operations/transition.ts';
import { planUpscale } from './operations/upscale.ts';
import { mediaPath, serveMedia } from './result-files.ts';
import { balanceEndpoint, imageResultEndpoint, videoResultEndpoint } from './result.ts';
import { deleteSpeakerEndpoint, makeSpeakerEndpoint, speakersEndpoint, ttsListEndpoint } from './speakers.ts';
import type { Account } from './store.ts';
import { createInFlight, replyToStore, storedReplyFor, tracedCallOf } from './trace-replay.ts';
import type { InFlight, TracedCall } from './trace-replay.ts';
import { uploadImageEndpoint, uploadMediaEndpoint } from './upload.ts';
import { usageDetailEndpoint } from './usage-detail.ts';

export const pixverseBasePath = '/openapi/v2';

const generationPaths: Readonly<Record<string, Planner>> = {
  '/video/text/generate': planTextToVideo,
  '/video/img/generate': planImageToVideo,
  '/video/transition/generate': planTransition,
  '/video/multi_transition/generate': planMultiTransition,
  '/video/extend/generate': planExtend,
  '/video/fusion/generate': planFusion,
  '/video/lip_sync/generate': planLipSync,
  '/video/sound_effect/generate': planSoundEffect,
  '/video/restyle/generate': planRestyle,
  '/video/swap/generate': planSwap,
  '/video/mimic/generate': planMimic,
  '/video/modify/generate': planModify,
  '/video/upscale/generate': planUpscale,
  '/video/avatar/generate': planAvatar,
  '/video/agent/generate': planAgent,
  '/video/music_mv_agent/generate': planMusicVideo,
  '/image/template/generate': planImageTemplate,
};

type PixverseContext = Context<NodeEnvironment>;

/** The wire of PixVerse, and its result files beside it. */
export function pixverseRoutes(emulation: Emulation): Hono<NodeEnvironment> {
  const inFlight = createInFlight();
  function handle<Input>(endpoint: Endpoint<Input>) {
    return (context: PixverseContext) => answer(emulation, inFlight, endpoint, context);
  }
  const api = new Hono<NodeEnvironment>();
  for (const [path, planner] of Object.entries(generationPaths)) {
    api.post(path, handle(generateEndpoint(emulation, planner)));
  }
  api.get('/video/result/:id', handle(videoResultEndpoint(emulation)));
  api.get('/image/result/:id', handle(imageResultEndpoint(emulation)));
  api.post('/audio/verification', handle(audioVerificationEndpoint(emulation)));
  api.post('/video/mask/selection', handle(maskSelectionEndpoint(emulation)));
  api.get('/video/restyle/list', handle(restyleListEndpoint(emulation)));
  api.get('/video/effects/templates/list', handle(templateListEndpoint(emulation)));
  api.get('/video/lip_sync/tts_list', handle(ttsListEndpoint()));
  api.get('/video/tts_speaker', handle(speakersEndpoint(emulation)));
  api.post('/video/tts_speaker', handle(makeSpeakerEndpoint(emulation)));
  api.delete('/video/tts_speaker/:id', handle(deleteSpeakerEndpoint(emulation)));
  api.post('/image/upload', handle(uploadImageEndpoint(emulation)));
  api.post('/media/upload', handle(uploadMediaEndpoint(emulation)));
  api.post('/account/billing/usage-detail', handle(usageDetailEndpoint(emulation)));
  api.get('/account/balance', handle(balanceEndpoint(emulation)));

  const app = new Hono<NodeEnvironment>();
  app.route(pixverseBasePath, api);
  app.get(`${mediaPath}:name`, (context) =>
    serveMedia(emulation, context.req.raw, context.req.param('name')),
  );
  return app;
}

async function answer<Input>(
  emulation: Emulation,
  inFlight: InFlight,
  endpoint: Endpoint<Input>,
  context: PixverseContext,
): Promise<Response> {
  try {
    const account = accountOf(emulation, context.req.header('API-KEY') ?? '');
    const traceId = context.req.header('Ai-trace-id') ?? '';
    if (traceId === '') {
      throw new PixverseRefusal(400011, 'Ai-trace-id');
    }
    const request = await readRequest(context);
    const { method, path } = context.req;
    const call = tracedCallOf(account.apiKey, method, path, traceId, request.body);
    const { store, settings, clock } = emulation;
    const reply = await inFlight.join(
      call,
      settings.coalesce_in_flight,
      async () =>
        storedReplyFor(call, store, settings, clock()) ??
        (await carryOut(emulation, endpoint, request, account, traceId, call)),
    );
    return responseOf(reply);
  } catch (error) {
    if (error instanceof PixverseRefusal) {
      return responseOf(refusalReply(error));
    }
    throw error;
  }
}

/** Keys are made up by their users: every key of the right form opens an account at its first call. */
function accountOf({ store, settings, random }: Emulation, apiKey: string): Account {
  if (apiKey === '') {
    throw new PixverseRefusal(10004);
  }
  if (!apiKey.startsWith('sk-')) {
    throw new PixverseRefusal(400012);
  }
  const known = store.accounts.get(apiKey);
  if (known !== undefined) {
    return known;
  }
  const account: Account = {
    apiKey,
    accountId: 100_000_000 + Math.floor(random() * 900_000_000),
    creditMonthly: settings.credits,
    creditPackage: settings.credit_package,
  };
  store.commit([{ kind: 'account_opened', account }]);
  return account;
}

// The largest upload that is looked at is 50 MB; a little more lets an oversized file be refused by its own code.
const largestBody = 64 * 1024 * 1024;

/** Two numbers of a page fit many times. */
const largestGetBody = 64 * 1024;

async function readRequest(context: PixverseContext): Promise<EndpointRequest> {
  if (Number(context.req.header('content-length') ?? 0) > largestBody) {
    throw new PixverseRefusal(400017, 'the body is too large');
  }
  return {
    url: new URL(context.req.url),
    contentType: context.req.header('content-type') ?? '',
    body: await readBody(context),
    id: context.req.param('id') ?? '',
  };
}

/** A GET may have a body, which the reference's restyle list does; the Fetch API has no place for it. */
async function readBody(context: PixverseContext): Promise<Uint8Array<ArrayBuffer>> {
  if (context.req.method !== 'GET') {
    return new Uint8Array(await context.req.arrayBuffer());
  }
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of context.env.incoming as AsyncIterable<Uint8Array>) {
    length += piece.length;
    if (length > largestGetBody) {
      throw new PixverseRefusal(400017, 'the body is too large');
    }
    pieces.push(piece);
  }
  return new Uint8Array(Buffer.concat(pieces));
}

/** Everything is written down, the reply too, before the reply goes out. */
async function carryOut<Input>(
  emulation: Emulation,
  endpoint: Endpoint<Input>,
  request: EndpointRequest,
  account: Account,
  traceId: string,
  call: TracedCall,
): Promise<Reply> {
  const { store, settings, clock } = emulation;
  try {
    const input = await endpoint.read(request);
    const now = clock();
    const { message, resp, entries, started } = endpoint.decide(input, {
      account: store.accounts.get(account.apiKey) ?? account,
      traceId,
      now,
    });
    const reply = successReply(message, resp);
    const stored = replyToStore(call, reply, true, settings, now);
    store.commit(stored === null ? entries : [...entries, { kind: 'reply_stored', stored }]);
    if (started !== null) {
      renderResult(emulation, started);
    }
    return reply;
  } catch (error) {
    if (!(error instanceof PixverseRefusal)) {
      throw error;
    }
    const reply = refusalReply(error);
    const stored = replyToStore(call, reply, false, settings, clock());
    store.commit(stored === null ? [] : [{ kind: 'reply_stored', stored }]);
    return reply;
  }
}
