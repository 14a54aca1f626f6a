import {
  createCore,
  createStepHandlers,
  noteJumps,
  readClock,
  RequestError,
  startKeepingTime,
  startResumeLoop,
} from '@pixsim7/core';
import type { Caller } from '@pixsim7/core';
import type { Desk } from './people.ts';
import type { ProcessPorts } from './ports/process-ports.ts';

const balanceRefreshMs = 60_000;

/**
 * Starts the domain as a server does, whether it is the first start or the one after a crash.
 *
 * @param alone whether no other process works on the database, so that nobody else can hold a lease
 */
export function startApplication(machine: ProcessPorts, caller: Caller, alone: boolean): Desk {
  const ports = { ...machine, database: noteJumps(machine.database, machine.system) };
  const core = createCore(ports);
  const refuse = (action: string) => (error: unknown) => {
    ports.logger.error({ error }, `${action} failed`);
  };
  const start = async (): Promise<void> => {
    await readClock(ports);
    startKeepingTime(ports);
    if (alone) {
      await ports.database.transaction((transaction) =>
        transaction.submissions.voidLeases(ports.system.now()),
      );
    }
    await ports.blobs.sweep();
    await ports.queue.start(createStepHandlers(ports));
    core.events.start();
    startResumeLoop(ports);
    ports.system.every(balanceRefreshMs, () => {
      core.accounts.readDueBalances().catch(refuse('refreshing balances'));
    });
  };
  start().catch(refuse('the start'));

  return {
    async createAccount(providerId, label, credential, maxConcurrent, priority) {
      const { data } = await core.accounts.list(caller, {});
      const existing = data.find((account) => account.label === label);
      if (existing !== undefined) {
        return existing.id;
      }
      const account = await core.accounts.create(caller, {
        provider_id: providerId,
        label,
        credentials: { api_key: credential },
        max_concurrent: maxConcurrent,
        priority,
      });
      return account.id;
    },
    async createJob(request, idempotencyKey) {
      return (await core.jobs.create(caller, request, idempotencyKey)).job.id;
    },
    async cancelJob(id) {
      await core.jobs.cancel(caller, id);
    },
    async receiveWebhook(url, body) {
      const { pathname, searchParams } = new URL(url);
      const [, , providerId, token] = pathname.split('/');
      await core.notices.receive({
        providerId: providerId ?? '',
        token: token ?? '',
        submissionId: searchParams.get('submission'),
        read: () => Promise.resolve({ headers: {}, body: new TextEncoder().encode(body) }),
      });
    },
    async retryJob(id, idempotencyKey) {
      return (await core.jobs.retry(caller, id, idempotencyKey)).job.id;
    },
    async repairAccount(id) {
      await core.accounts.refresh(caller, id);
    },
  };
}

/** An answer that a caller has to expect. */
export function isRefusal(error: unknown): boolean {
  return error instanceof RequestError && error.code !== 'internal';
}

/** A refusal after which a provider sends its webhook again. */
export function isRetried(error: unknown): boolean {
  return error instanceof RequestError && error.retryable;
}
