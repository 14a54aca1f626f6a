import type { AccountState, ControlledProvider, GenerationState } from '../control/controlled-provider.ts';
import { keySuffix, providerState } from '../control/provider-state.ts';
import { readSettings } from '../control/settings.ts';
import { presentOf } from './emulation.ts';
import type { Emulation } from './emulation.ts';
import { balanceOf, chargedOf } from './organization.ts';
import { replyOfStatus } from './refusal.ts';
import { runwaySettingFields } from './settings.ts';
import type { Task } from './store.ts';
import { chargedAt, controlStateOf, holdsSlotAt } from './task-state.ts';

/** The side of the emulator that the control API sees. */
export function controlledRunway(emulation: Emulation): ControlledProvider {
  const { store, settings, clock } = emulation;
  return {
    basePath: '',
    state() {
      const now = presentOf(emulation);
      const accounts = [...store.organizations.keys()].map((apiKey) => accountState(emulation, apiKey, now));
      const generations = [...store.tasks.values()].map((task) => generationState(emulation, task, now));
      return providerState(generations, accounts);
    },
    settings: () => settings,
    changeSettings(body) {
      const wanted = readSettings(runwaySettingFields, body);
      // Tasks that waited until now waited under the old limits.
      presentOf(emulation);
      Object.assign(settings, wanted);
      if (wanted.credits !== undefined) {
        setCredits(emulation, wanted.credits, clock());
      }
    },
    errorReply: replyOfStatus,
  };
}

function generationState({ videos }: Emulation, task: Task, now: number): GenerationState {
  return {
    id: task.id,
    trace_id: null,
    api_key_suffix: keySuffix(task.apiKey),
    operation: task.operation,
    state: controlStateOf(task, now, videos.isRendered(task.id)),
    credits: chargedAt(task, now),
    created_at: new Date(task.createdAt).toISOString(),
  };
}

function accountState({ store }: Emulation, apiKey: string, now: number): AccountState {
  return {
    api_key_suffix: keySuffix(apiKey),
    credits_left: balanceOf(store, apiKey, now),
    running: store.tasksOf(apiKey).filter((task) => holdsSlotAt(task, now)).length,
    max_running: store.maxRunningOf(apiKey),
  };
}

/** Gives every organization what is asked for as its present balance. */
function setCredits({ store }: Emulation, credits: number, now: number): void {
  store.commit(
    [...store.organizations.keys()].map((apiKey) => ({
      kind: 'credits_set',
      apiKey,
      credits: chargedOf(store, apiKey, now) + credits,
    })),
  );
}
