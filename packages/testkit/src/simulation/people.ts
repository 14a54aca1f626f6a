import type { AccountId, CreateJobRequest, JobId } from '@pixsim7/contracts';
import { outsideWorld } from './machine/scheduler.ts';
import type { PlannedAction, Scenario } from './scenario.ts';
import { simulationStart } from './world.ts';
import type { World } from './world.ts';

/** The services behind the HTTP API, as people use them. */
export interface Desk {
  createAccount(
    providerId: string,
    label: string,
    credential: string,
    maxConcurrent: number,
    priority: number,
  ): Promise<AccountId>;
  createJob(request: CreateJobRequest, idempotencyKey: string): Promise<JobId>;
  cancelJob(id: JobId): Promise<void>;
  /** @param idempotencyKey null: a click without one */
  retryJob(id: JobId, idempotencyKey: string | null): Promise<JobId>;
  /** A webhook of a provider, to the address that it was given. */
  receiveWebhook(url: string, body: string): Promise<void>;
  /** An operator repairs an account that is switched off or empty. */
  repairAccount(id: AccountId): Promise<void>;
}

/** Longer than a request ever takes unless its process died or stands still. */
const patienceMs = 30_000;

type Answer<Result> = { readonly result: Result } | { readonly refused: unknown };

/** The people of a scenario: they do what is planned, and try again when nobody answers. */
export class People {
  readonly #world: World<Desk>;
  readonly #scenario: Scenario;
  readonly #isRefusal: (error: unknown) => boolean;
  readonly #onBrokenRequest: (action: string, error: unknown) => void;
  readonly #accountIds: AccountId[] = [];
  readonly #jobIds = new Map<number, JobId>();
  #busy = 0;

  constructor(
    world: World<Desk>,
    scenario: Scenario,
    isRefusal: (error: unknown) => boolean,
    onBrokenRequest: (action: string, error: unknown) => void,
  ) {
    this.#world = world;
    this.#scenario = scenario;
    this.#isRefusal = isRefusal;
    this.#onBrokenRequest = onBrokenRequest;
  }

  /** Nobody waits for an answer. */
  get satisfied(): boolean {
    return this.#busy === 0;
  }

  /** Accounts first, one after the other; then everything at its planned time. */
  begin(): void {
    void this.#occupied(async () => {
      for (const { providerId, label, credential, maxConcurrent, priority } of this.#scenario.accounts) {
        const answer = await this.#ask('create account', (desk) =>
          desk.createAccount(providerId, label, credential, maxConcurrent, priority),
        );
        if (answer !== null) {
          this.#accountIds.push(answer);
        }
      }
      for (const action of this.#scenario.actions) {
        this.#world.scheduler.after(outsideWorld, action.at, () => {
          void this.#occupied(() => this.#act(action));
        });
      }
    });
  }

  /** Fills every account at the provider and switches it on again here. */
  repairEverything(): void {
    for (const { server } of this.#world.providers) {
      for (const account of server.accounts.values()) {
        account.deposit += 10_000;
      }
    }
    for (const id of this.#accountIds) {
      void this.#occupied(async () => {
        await this.#ask('repair account', (desk) => desk.repairAccount(id));
      });
    }
  }

  async #act(action: PlannedAction): Promise<void> {
    const jobId = this.#jobIds.get(action.job);
    switch (action.kind) {
      case 'create':
        return this.#create(action);
      case 'repeat': {
        const original = this.#scenario.actions.find(
          ({ kind, job }) => kind === 'create' && job === action.job,
        );
        return original?.kind === 'create' ? this.#create(original) : undefined;
      }
      case 'cancel':
        if (jobId !== undefined) {
          await this.#ask('cancel', (desk) => desk.cancelJob(jobId));
        }
        return;
      case 'retry':
        if (jobId !== undefined) {
          await this.#ask('retry', (desk) => desk.retryJob(jobId, `again-${action.job}`));
        }
        return;
      case 'click_retry':
        if (jobId !== undefined) {
          const click = (): Promise<unknown> => this.#ask('retry', (desk) => desk.retryJob(jobId, null));
          await Promise.all([click(), click(), click()]);
        }
    }
  }

  async #create(action: Extract<PlannedAction, { kind: 'create' }>): Promise<void> {
    const pinnedTo = action.pinnedTo === null ? undefined : this.#accountIds[action.pinnedTo];
    const request: CreateJobRequest = {
      operation_type: action.operation,
      provider_id: action.providerId,
      params: action.params,
      priority: action.priority,
      ...(pinnedTo === undefined ? {} : { account_id: pinnedTo }),
      ...(action.maxCredits === null ? {} : { max_credits: action.maxCredits }),
      ...(action.notBefore === null
        ? {}
        : { not_before: new Date(simulationStart + action.at + action.notBefore).toISOString() }),
    };
    const id = await this.#ask('create job', (desk) => desk.createJob(request, `key of job ${action.job}`));
    if (id !== null) {
      this.#jobIds.set(action.job, id);
    }
  }

  /** Asks until somebody answers. A refusal is an answer: null. */
  async #ask<Result>(action: string, question: (desk: Desk) => Promise<Result>): Promise<Result | null> {
    const { scheduler } = this.#world;
    for (;;) {
      const desk = this.#world.anyApplication();
      if (desk === null) {
        await scheduler.wait(outsideWorld, 1_000);
        continue;
      }
      const answer = await Promise.race([
        question(desk).then(
          (result): Answer<Result> => ({ result }),
          (error: unknown): Answer<Result> => ({ refused: error }),
        ),
        scheduler.wait(outsideWorld, patienceMs).then(() => null),
      ]);
      if (answer === null) {
        continue;
      }
      if ('result' in answer) {
        return answer.result;
      }
      if (!this.#isRefusal(answer.refused)) {
        this.#onBrokenRequest(action, answer.refused);
      }
      return null;
    }
  }

  async #occupied(work: () => Promise<void>): Promise<void> {
    this.#busy += 1;
    await work();
    this.#busy -= 1;
  }
}
