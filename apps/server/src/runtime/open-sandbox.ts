import type { Caller, Core, Logger } from '@pixsim7/core';
import type { Settings } from '../config/settings.ts';
import { leaveSandbox, startSandbox, wantsSandbox } from '../sandbox/start-sandbox.ts';
import type { Sandbox } from '../sandbox/start-sandbox.ts';
import type { Cleanup } from './cleanup.ts';

/** The sandbox, when the settings want one; otherwise the accounts of an earlier one are put aside. */
export async function openSandbox(
  settings: Settings,
  core: Core,
  caller: Caller,
  logger: Logger,
  cleanup: Cleanup,
): Promise<Sandbox | null> {
  if (settings.ROLE !== 'all') {
    return null;
  }
  if (!wantsSandbox(settings.SANDBOX, (await core.accounts.list(caller, {})).data)) {
    await leaveSandbox(core, caller);
    return null;
  }
  const sandbox = await startSandbox({ core, caller, logger, dataDirectory: settings.DATA_DIR });
  cleanup.add('sandbox', () => sandbox.close());
  return sandbox;
}
