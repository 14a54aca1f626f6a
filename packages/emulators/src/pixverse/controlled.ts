import type { AccountState, ControlledProvider, GenerationState } from '../control/controlled-provider.ts';
import { keySuffix, providerState } from '../control/provider-state.ts';
import { readSettings } from '../control/settings.ts';
import { balanceAt, chargedAt, creditsLeft } from './balance.ts';
import { chargeElsewhere } from './charge-elsewhere.ts';
import { isRendered } from './emulation.ts';
import type { Emulation } from './emulation.ts';
import { PixverseRefusal, refusalReply, responseOf } from './error-codes.ts';
import { runningOf } from './generate.ts';
import { controlStateOf, statusAt } from './generation-status.ts';
import { pixverseBasePath } from './routes.ts';
import { pixverseSettingFields } from './settings.ts';
import type { Account, Generation } from './store.ts';

/** The side of the emulator that the control API sees. */
export function controlledPixverse(emulation: Emulation): ControlledProvider {
  const { store, settings, clock } = emulation;
  return {
    basePath: pixverseBasePath,
    state() {
      const now = clock();
      const accounts = [...store.accounts.values()].map((account) => accountState(emulation, account, now));
      const generations = [...store.generations.values()].map((generation) =>
        generationState(emulation, generation, now),
      );
      return providerState(generations, accounts);
    },
    settings: () => settings,
    changeSettings(body) {
      const wanted = readSettings(pixverseSettingFields, body);
      Object.assign(settings, wanted);
      if (wanted.credits !== undefined || wanted.credit_package !== undefined) {
        setCredits(emulation, wanted.credits, wanted.credit_package);
      }
    },
    actions: { charges: (body) => chargeElsewhere(emulation, body) },
    errorReply: (code) => responseOf(refusalReply(new PixverseRefusal(code))),
  };
}

function generationState(emulation: Emulation, generation: Generation, now: number): GenerationState {
  return {
    id: generation.id,
    trace_id: generation.traceId,
    api_key_suffix: keySuffix(generation.apiKey),
    operation: generation.operation,
    state: controlStateOf(statusAt(generation, now, isRendered(emulation, generation))),
    credits: generation.credits,
    created_at: new Date(generation.createdAt).toISOString(),
  };
}

function accountState(emulation: Emulation, account: Account, now: number): AccountState {
  return {
    api_key_suffix: keySuffix(account.apiKey),
    credits_left: creditsLeft(balanceAt(emulation.store, account, now)),
    running: runningOf(emulation, account.apiKey, now),
    max_running: emulation.store.maxRunningOf(account.apiKey),
  };
}

/** Gives every account what is asked for as its present balance; what it was charged before is forgiven. */
function setCredits(
  { store, clock }: Emulation,
  monthly: number | undefined,
  extra: number | undefined,
): void {
  const now = clock();
  store.commit(
    [...store.accounts.values()].map((account) => {
      const balance = balanceAt(store, account, now);
      return {
        kind: 'credits_set',
        apiKey: account.apiKey,
        creditMonthly: chargedAt(store, account.apiKey, now) + (monthly ?? balance.creditMonthly),
        creditPackage: extra ?? balance.creditPackage,
      } as const;
    }),
  );
}
