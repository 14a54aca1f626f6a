import type { ProviderManifest } from '@pixsim7/contracts';
import { JobNotFoundError } from '@pixsim7/providers/contract';
import type {
  AccountAccess,
  CallOptions,
  GenerationResult,
  InputFile,
  InputSlot,
  JsonObject,
  MapParameters,
  ProviderAdapter,
  ProviderRequest,
  VideoStatusResult,
  WebhookReceiver,
} from '@pixsim7/providers/contract';
import type { Random } from '../machine/random.ts';
import { outsideWorld } from '../machine/scheduler.ts';
import type { Scheduler } from '../machine/scheduler.ts';
import { readFakeMedia } from '../ports/fake-media.ts';
import type { Faults } from './faults.ts';
import { refusals } from './refusals.ts';
import type { Generation, SimulatedProviderServer, SubmitAnswer } from './server.ts';

/** The provider, its bad luck and the line to it. Shared by every process, as the real ones are. */
export interface ScriptedProvider {
  readonly server: SimulatedProviderServer;
  readonly faults: Faults;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly manifest: ProviderManifest;
  readonly mapParameters: MapParameters;
  /** The provider names the charge with the acceptance, at the end, or never. */
  readonly tellsCredits: 'accepted' | 'ended' | 'never';
}

/** Host of a provider's output links; nothing is ever sent there. */
export function outputHostOf(providerId: string): string {
  return `https://output.${providerId}.invalid`;
}
/** A link works this long after it was handed out; one more check gives a new one. */
export const outputLinkLifeMs = 600_000;

/** The adapter of the simulated provider. It only talks, as every adapter does. */
export function createScriptedAdapter(provider: ScriptedProvider): ProviderAdapter {
  const { server, faults, manifest } = provider;
  return {
    id: manifest.id,
    manifest,
    mapParameters: provider.mapParameters,
    async resolveInput(account, slot, file, options) {
      await travel(provider, options);
      if (faults.strikes('upload_hangs')) {
        return hang(options);
      }
      if (faults.strikes('upload_refused')) {
        throw refusals.unavailable();
      }
      const misfit = await misfitOf(slot, file);
      if (misfit !== null) {
        server.misfits.push(misfit);
      }
      if (server.refusesFileAt(file.assetId) === 'upload') {
        throw refusals.fileRefused();
      }
      return {
        reference: { file: `${credentialOf(account)}/${file.assetId}/${slot.role}` },
        reusable: true,
        expiresAt: null,
      };
    },
    buildRequest(mapped, inputs, { webhookUrl }): ProviderRequest {
      const files = [...inputs].map(([name, input]): JsonObject => ({ name, reference: input.reference }));
      const payload: JsonObject = { ...(mapped.plan as JsonObject), files, webhookUrl };
      const endpoint = { method: 'POST', path: `/${mapped.operation}` } as const;
      return { endpoint, body: JSON.stringify(payload), payload };
    },
    async execute(_operation, account, request, token, options) {
      return execute(provider, account, request, token, options);
    },
    async checkStatus(account, handle, options) {
      await travel(provider, options);
      if (faults.strikes('status_hangs')) {
        return hang(options);
      }
      if (faults.strikes('status_unreadable')) {
        throw refusals.noAnswer();
      }
      if (faults.strikes('credentials_refused')) {
        throw refusals.credentials();
      }
      return describe(provider, findGeneration(provider, account, handle));
    },
    ...(manifest.behaviour.cancel === 'none'
      ? {}
      : {
          async cancel(account, handle, options) {
            await travel(provider, options);
            if (faults.strikes('status_hangs')) {
              return hang(options);
            }
            if (faults.strikes('status_unreadable')) {
              throw refusals.noAnswer();
            }
            const stopped = server.cancel(findGeneration(provider, account, handle));
            return { outcome: stopped ? 'cancelled' : 'too_late' };
          },
        }),
    ...(manifest.behaviour.webhook
      ? {
          webhook: {
            acknowledgement: { contentType: 'text/plain', body: 'ok' },
            parse: (_account, { body }) => {
              const { id, delivery } = JSON.parse(new TextDecoder().decode(body)) as {
                id: string;
                delivery: string;
              };
              const notice = { providerJobId: id, deliveryId: delivery, handle: { id } } as const;
              return Promise.resolve({ outcome: 'notice', ...notice });
            },
          } satisfies WebhookReceiver,
        }
      : {}),
    async balance(account, options) {
      await travel(provider, options);
      if (faults.strikes('balance_hangs')) {
        return hang(options);
      }
      if (faults.strikes('balance_unreadable')) {
        throw refusals.noAnswer();
      }
      const amount = server.balance(credentialOf(account));
      return { amount, unit: manifest.credit_unit, pools: { bought: amount } };
    },
  };
}

async function execute(
  provider: ScriptedProvider,
  account: AccountAccess,
  request: ProviderRequest,
  token: string,
  options?: CallOptions,
): Promise<GenerationResult> {
  const { server, faults, scheduler, random } = provider;
  const arrive = (): SubmitAnswer =>
    server.submit(credentialOf(account), token, Number(request.payload['price']), {
      webhookUrl: typeof request.payload['webhookUrl'] === 'string' ? request.payload['webhookUrl'] : null,
      files: filesOf(request),
    });
  const abandoned = (): boolean => options?.signal?.aborted === true;

  await scheduler.wait(outsideWorld, random.integer(5, 400));
  if (abandoned()) {
    return noAnswer('aborted before it was sent');
  }
  if (faults.strikes('reply_lost_before_acceptance')) {
    return noAnswer('connection refused half-way');
  }
  if (faults.strikes('arrives_late')) {
    scheduler.after(outsideWorld, random.integer(1, 20_000), () => void arrive());
    return noAnswer('timed out');
  }
  if (faults.strikes('submit_hangs')) {
    if (random.chance(0.5)) {
      arrive();
    }
    await hang(options).catch(() => undefined);
    return noAnswer('nobody answered');
  }
  if (faults.strikes('refused_at_the_door')) {
    return rejected(random.pick([refusals.rateLimit, refusals.unavailable, refusals.tooMany])());
  }
  if (faults.strikes('down_for_maintenance')) {
    return rejected(refusals.unavailable());
  }
  if (faults.strikes('credentials_refused')) {
    return rejected(refusals.credentials());
  }
  if (faults.strikes('server_error_on_submit')) {
    if (random.chance(0.5)) {
      arrive();
    }
    return noAnswer('HTTP 500');
  }
  const answer = arrive();
  await scheduler.wait(outsideWorld, random.integer(5, 400));
  if (abandoned() || faults.strikes('reply_lost_after_acceptance')) {
    return noAnswer('connection reset');
  }
  return toResult(provider, answer);
}

function toResult(provider: ScriptedProvider, answer: SubmitAnswer): GenerationResult {
  switch (answer.answer) {
    case 'too_many':
      return rejected(refusals.tooMany());
    case 'content_refused':
      return rejected(provider.random.pick([refusals.invalid, refusals.moderatedInput])());
    case 'file_refused':
      return rejected(refusals.fileRefused());
    case 'model_gone':
      return rejected(refusals.modelGone());
    case 'no_credits':
      return rejected(refusals.noCredits());
    case 'created':
    case 'repeated': {
      const { generation } = answer;
      return {
        outcome: 'accepted',
        providerJobId: generation.id,
        handle: { id: generation.id },
        credits: provider.tellsCredits === 'accepted' ? generation.credits : null,
      };
    }
  }
}

function describe(provider: ScriptedProvider, generation: Generation): VideoStatusResult {
  const { server, faults } = provider;
  const said = (
    status: VideoStatusResult['status'],
    rawStatus: string,
    rest: Partial<VideoStatusResult> = {},
  ): VideoStatusResult => ({
    status,
    rawStatus,
    progress: null,
    queuePosition: null,
    outputs: [],
    error: null,
    credits: null,
    ...rest,
  });
  if (faults.strikes('status_word_unknown')) {
    return said(null, 'in limbo');
  }
  const ended = provider.tellsCredits === 'ended' ? { credits: chargedFor(server, generation) } : {};
  const state = server.stateOf(generation);
  switch (state) {
    case 'running':
      return said('processing', 'rendering');
    case 'failed':
      return said('failed', 'broken', { error: refusals.renderFailed(), ...ended });
    case 'filtered':
      return said('filtered', 'moderated', { error: refusals.moderatedOutput(), ...ended });
    case 'cancelled':
      return said('cancelled', 'stopped', ended);
    case 'succeeded':
      return said('completed', 'done', {
        outputs: server.hasOutput(generation) ? [outputOf(provider, generation)] : [],
        ...ended,
      });
  }
}

function outputOf(provider: ScriptedProvider, generation: Generation): VideoStatusResult['outputs'][number] {
  const expires = provider.scheduler.now + outputLinkLifeMs;
  return {
    url: `${outputHostOf(provider.manifest.id)}/${generation.id}.mp4?expires=${expires}`,
    mediaType: 'video',
    expiresAt: new Date(expires).toISOString(),
  };
}

function chargedFor(server: SimulatedProviderServer, generation: Generation): number {
  return server.isCharged(generation) ? generation.credits : 0;
}

function findGeneration(provider: ScriptedProvider, account: AccountAccess, handle: JsonObject): Generation {
  const id = handle['id'];
  const generation = typeof id === 'string' ? provider.server.find(credentialOf(account), id) : null;
  if (generation !== null) {
    return generation;
  }
  throw new JobNotFoundError({
    code: 'provider_job_not_found',
    message: 'The provider does not know this generation.',
    retry: 'never',
    accountEffect: 'none',
    charged: 'unknown',
  });
}

/** The files of a request, by the ids of their assets. */
function filesOf({ payload }: ProviderRequest): string[] {
  const files = payload['files'];
  if (!Array.isArray(files)) {
    return [];
  }
  return files.map((file) => /ast_\w+/u.exec(JSON.stringify(file))?.[0] ?? '');
}

/** Finds fault with the form of a file: it is not what it says, or not what the manifest takes. */
async function misfitOf({ specification }: InputSlot, file: InputFile): Promise<string | null> {
  const bytes = new Uint8Array(await (await file.open()).arrayBuffer());
  const facts = readFakeMedia(bytes);
  const isTaken =
    facts?.mimeType === file.mimeType &&
    specification.mime_types.includes(facts.mimeType) &&
    !facts.animated &&
    (facts.width ?? 0) <= (specification.max_side_px ?? Infinity);
  return isTaken ? null : `${file.assetId} came as ${file.mimeType}, which is ${JSON.stringify(facts)}.`;
}

function credentialOf(account: AccountAccess): string {
  return String(account.credentials['api_key']);
}

/** There and back for a call that changes nothing, so that it does not matter where on the way the time is spent. */
async function travel({ scheduler, random }: ScriptedProvider, options?: CallOptions): Promise<void> {
  await scheduler.wait(outsideWorld, random.integer(5, 800));
  if (options?.signal?.aborted === true) {
    throw refusals.noAnswer();
  }
}

/** No answer ever; ends when the caller gives up. */
function hang(options: CallOptions | undefined): Promise<never> {
  return new Promise((_, reject) => {
    const giveUp = (): void => reject(refusals.noAnswer());
    if (options?.signal?.aborted === true) {
      giveUp();
    }
    options?.signal?.addEventListener('abort', giveUp, { once: true });
  });
}

function rejected(error: Extract<GenerationResult, { outcome: 'rejected' }>['error']): GenerationResult {
  return { outcome: 'rejected', error };
}

function noAnswer(evidence: string): GenerationResult {
  return { outcome: 'unknown', evidence, error: refusals.noAnswer() };
}
