import { join } from 'node:path';
import type { Account } from '@pixsim7/contracts';
import type { Caller, Core, Logger } from '@pixsim7/core';
import type { RunningEmulator } from '@pixsim7/emulators';
import type { Settings } from '../config/settings.ts';

/** The emulators that run inside this server. */
export interface Sandbox {
  readonly emulators: readonly RunningEmulator[];
  close(): Promise<void>;
}

interface SandboxParts {
  readonly core: Core;
  /** Whose the sandbox accounts are. */
  readonly caller: Caller;
  readonly logger: Logger;
  readonly dataDirectory: string;
}

const slotsOfTheSandbox = 5;

/** Whether emulators run: `auto` means while nobody has brought an account of their own. */
export function wantsSandbox(setting: Settings['SANDBOX'], accounts: readonly Account[]): boolean {
  switch (setting) {
    case 'on':
      return true;
    case 'off':
      return false;
    case 'auto':
      return !accounts.some((account) => !account.sandbox && account.enabled);
  }
}

/**
 * Starts an emulator for each provider that has one, and gives each its marked account. Their state is kept in the data
 * directory, so a restart finds the same generations, credits and files.
 */
export async function startSandbox({ core, caller, logger, dataDirectory }: SandboxParts): Promise<Sandbox> {
  // Loaded here and nowhere else: a server without a sandbox never runs a line of an emulator.
  const { emulators } = await import('@pixsim7/emulators');
  const accounts = (await core.accounts.list(caller, {})).data;
  const running: RunningEmulator[] = [];
  for (const { id } of await core.providers.list(caller)) {
    const emulator = emulators[id];
    if (emulator === undefined) {
      continue;
    }
    const account = accounts.find((candidate) => candidate.sandbox && candidate.provider_id === id);
    const stateDir = join(dataDirectory, 'sandbox', id);
    const started = await startOnUsualPort(emulator, stateDir, portOf(account));
    running.push(started);
    if (account === undefined) {
      await core.accounts.create(
        caller,
        {
          provider_id: id,
          label: 'Sandbox',
          credentials: { ...emulator.credentials },
          base_url: started.baseUrl,
          max_concurrent: slotsOfTheSandbox,
        },
        true,
      );
    } else {
      await core.accounts.moveSandbox(caller, account.id, started.baseUrl);
      if (!account.enabled) {
        await core.accounts.update(caller, account.id, { enabled: true });
      }
    }
    logger.info({ provider_id: id, base_url: started.baseUrl }, 'sandbox provider started');
  }
  return {
    emulators: running,
    close: async () => {
      await Promise.all(running.map((emulator) => emulator.close()));
    },
  };
}

/** Without their emulators the sandbox accounts lead nowhere: they are switched off, and keep what they made. */
export async function leaveSandbox(core: Core, caller: Caller): Promise<void> {
  for (const account of (await core.accounts.list(caller, {})).data) {
    if (account.sandbox && account.enabled) {
      await core.accounts.update(caller, account.id, { enabled: false });
    }
  }
}

type Start = (options: { port: number; stateDir: string }) => Promise<RunningEmulator>;

/** The same port as last time keeps links alive that were stored before; another program may have it by now. */
async function startOnUsualPort(
  emulator: { start: Start },
  stateDir: string,
  usualPort: number,
): Promise<RunningEmulator> {
  try {
    return await emulator.start({ port: usualPort, stateDir });
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'EADDRINUSE') {
      throw error;
    }
    return emulator.start({ port: 0, stateDir });
  }
}

function portOf(account: Account | undefined): number {
  const baseUrl = account?.base_url ?? null;
  return baseUrl === null ? 0 : Number(new URL(baseUrl).port);
}
