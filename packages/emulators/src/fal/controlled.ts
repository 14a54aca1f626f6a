import type {
  AccountState,
  ControlledProvider,
  GenerationState,
  ProviderState,
} from '../control/controlled-provider.ts';
import { keySuffix, providerState } from '../control/provider-state.ts';
import { readSettings } from '../control/settings.ts';
import type { Emulation } from './emulation.ts';
import { application } from './endpoints.ts';
import { advanceQueue, creditsLeft, phaseAt, runningAt } from './queue-state.ts';
import { replyOfStatus, responseOf } from './replies.ts';
import { falSettingFields } from './settings.ts';
import type { Account, QueuedRequest } from './store.ts';
import type { WebhookDelivery } from './webhooks/sender.ts';

interface FalState extends ProviderState {
  readonly webhooks: readonly WebhookDelivery[];
}

/** The side of the emulator that the control API sees. */
export function controlledFal(emulation: Emulation): ControlledProvider {
  const { store, settings, webhooks } = emulation;
  return {
    basePath: '',
    state(): FalState {
      advanceQueue(emulation);
      const accounts = [...store.accounts.values()].map((account) => accountState(emulation, account));
      const generations = [...store.requests.values()].map((request) => generationState(emulation, request));
      return { ...providerState(generations, accounts), webhooks: webhooks.deliveries() };
    },
    settings: () => settings,
    changeSettings(body) {
      const wanted = readSettings(falSettingFields, body);
      // Start everything that could have started under the old settings.
      advanceQueue(emulation);
      Object.assign(settings, wanted);
      if (wanted.credits !== undefined) {
        setCredits(emulation, wanted.credits);
      }
    },
    errorReply: (code) => responseOf(replyOfStatus(code >= 200 && code <= 599 ? code : 500)),
  };
}

function generationState(emulation: Emulation, request: QueuedRequest): GenerationState {
  return {
    id: request.id,
    trace_id: null,
    api_key_suffix: keySuffix(request.apiKey),
    operation: request.endpointId.replace(`${application}/`, ''),
    state: stateOf(emulation, request),
    credits: request.credits,
    created_at: new Date(request.acceptedAt).toISOString(),
  };
}

/** The control API has no word for a request that waits: it has not ended, so it counts as running. */
function stateOf({ clock, videos }: Emulation, request: QueuedRequest): GenerationState['state'] {
  if (phaseAt(request, clock(), videos.isRendered(request.id)) !== 'ended') {
    return 'running';
  }
  if (request.droppedAt !== null) {
    return 'cancelled';
  }
  switch (request.outcome.kind) {
    case 'success':
      return 'succeeded';
    case 'answer':
      return request.outcome.isModeration ? 'filtered' : 'failed';
    case 'error':
    case 'stuck':
      return 'failed';
  }
}

function accountState(emulation: Emulation, { apiKey }: Account): AccountState {
  const { store, clock } = emulation;
  return {
    api_key_suffix: keySuffix(apiKey),
    credits_left: creditsLeft(emulation, apiKey),
    running: runningAt(store.requestsOf(apiKey), clock()).length,
    max_running: store.maxRunningOf(apiKey),
  };
}

/** Gives every account what is asked for as its present balance; what it was charged before is forgiven. */
function setCredits(emulation: Emulation, credits: number): void {
  const { store } = emulation;
  store.commit(
    [...store.accounts.values()].map(({ apiKey, credits: given }) => ({
      kind: 'credits_set' as const,
      apiKey,
      credits: credits + given - creditsLeft(emulation, apiKey),
    })),
  );
}
