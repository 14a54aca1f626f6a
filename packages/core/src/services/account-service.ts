import { didYouMean, isIdentifier } from '@pixsim7/contracts';
import type {
  Account,
  AccountId,
  CreateAccountRequest,
  List,
  ListAccountsQuery,
  UpdateAccountRequest,
} from '@pixsim7/contracts';
import type { ProviderAdapter } from '@pixsim7/providers/contract';
import { readBalance } from '../background/read-balance.ts';
import type { CoreDependencies } from '../dependencies.ts';
import type { AccountRow, Caller } from '../model/index.ts';
import { RequestError, invalidParameters } from '../model/request-error.ts';
import type { Changes, Transaction } from '../ports/index.ts';
import { loadMoney } from '../read/account-pool.ts';
import { toList, toPage } from '../read/page.ts';
import {
  addressIssue,
  closedBreaker,
  readingLeaseMs,
  spendableBalance,
  webhookAddress,
} from '../rules/index.ts';
import { viewAccount, viewAccountState } from '../views/account-view.ts';
import type { AccountFacts } from '../views/account-view.ts';
import { unreadBalance } from '../views/event-data.ts';
import { write, writeRetrying } from '../write/unit-of-work.ts';
import { writeAccountEvent } from '../write/write-event.ts';
import { assertCredentialsAreNew, checkCredentials } from './account-credentials.ts';
import { requireScope } from './require-scope.ts';

/** Whether an account can be used. */
export type AccountState = Pick<Account, 'provider_id' | 'enabled' | 'status'>;

/** A person waits for the answer; the balance that is known is better than none. */
const refreshPatienceMs = 5_000;

/** The operator's accounts: which there are, how many slots they have, what they can spend. */
export class AccountService {
  readonly #dependencies: CoreDependencies;

  constructor(dependencies: CoreDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * Keeps an account and asks the provider once for its balance, so a wrong key shows at once.
   *
   * @param sandbox whether it belongs to an emulator that the server started itself
   * @throws RequestError
   */
  async create(caller: Caller, request: CreateAccountRequest, sandbox = false): Promise<Account> {
    requireScope(caller, 'accounts:write');
    const { registry, system, vault } = this.#dependencies;
    if (!registry.has(request.provider_id)) {
      throw invalidParameters([
        {
          pointer: '/provider_id',
          code: 'not_allowed',
          detail: `Provider ${request.provider_id} not found.${didYouMean(request.provider_id, registry.ids())}`,
          allowed: registry.ids(),
        },
      ]);
    }
    const { manifest } = registry.get(request.provider_id);
    // The emulators of the sandbox listen on addresses that the server chooses itself.
    if (!sandbox) {
      this.#checkAddress(request.base_url);
    }
    checkCredentials(manifest.credentials, request.credentials);
    const now = system.now();
    const id = system.createId('account');
    const account: AccountRow = {
      id,
      workspaceId: caller.workspaceId,
      providerId: manifest.id,
      label: request.label,
      sealedCredentials: vault.seal(id, JSON.stringify(request.credentials)),
      baseUrl: request.base_url?.replace(/\/+$/u, '') ?? null,
      maxConcurrent: request.max_concurrent ?? manifest.default_max_concurrent,
      priority: request.priority ?? 0,
      enabled: request.enabled ?? true,
      status: 'active',
      reason: null,
      cooldownUntil: null,
      crowding: null,
      breaker: closedBreaker,
      balanceDueAt: null,
      balanceProblem: null,
      sandbox,
      webhookToken: system.createUuid().replaceAll('-', ''),
      webhookSeenAt: null,
      lastUsedAt: null,
      version: 1,
      createdAt: now,
      updatedAt: now,
      deletedAt: null,
    };
    await write(this.#dependencies, async (unit) => {
      await assertCredentialsAreNew(unit, vault, account, request.credentials, manifest.credentials);
      await unit.accounts.insert(account);
      await writeAccountEvent(unit, account, 'account.created', unreadBalance);
      unit.wake({ step: 'dispatch', id: account.providerId });
    });
    return this.#refresh(caller, account.id);
  }

  /** @throws RequestError not_found */
  async get(caller: Caller, id: string): Promise<Account> {
    requireScope(caller, 'accounts:read');
    return this.#view(caller, id);
  }

  async #view(caller: Caller, id: string): Promise<Account> {
    const { database, system } = this.#dependencies;
    const facts = await database.transaction(async (transaction) =>
      this.#facts(transaction, [await this.#row(transaction, caller, id)]),
    );
    if (facts[0] === undefined) {
      throw new RequestError('not_found', `Account ${id} not found.`);
    }
    return viewAccount(facts[0], system.now());
  }

  /** Those of every workspace, for operators. */
  async listAll(): Promise<Account[]> {
    const { database, system } = this.#dependencies;
    const facts = await database.transaction(async (transaction) =>
      this.#facts(transaction, await transaction.accounts.list({})),
    );
    const now = system.now();
    return facts.map((entry) => viewAccount(entry, now));
  }

  /**
   * Says whether accounts can be used, without their money. For a caller that waits a moment only: the statement ends with the
   * wait.
   */
  async listStates(withinMs: number): Promise<AccountState[]> {
    const { database, system } = this.#dependencies;
    const accounts = await database.transaction(async (transaction) => {
      await transaction.limitStatements(withinMs);
      return transaction.accounts.list({});
    });
    const now = system.now();
    return accounts.map((account) => {
      const { provider_id, enabled, status } = viewAccountState(account, now);
      return { provider_id, enabled, status };
    });
  }

  /** Oldest first; all of them without a limit. @throws RequestError invalid_params, when the cursor is of another list */
  async list(caller: Caller, query: Partial<ListAccountsQuery>): Promise<List<Account>> {
    requireScope(caller, 'accounts:read');
    const ofProvider = query.provider_id === undefined ? {} : { providerId: query.provider_id };
    const request = { limit: query.limit ?? Infinity, cursor: query.cursor, sort: 'created_at' } as const;
    const { after } = toPage(request);
    const { database, system } = this.#dependencies;
    // A workspace has a handful of accounts, so pages are cut here.
    const { rows, facts } = await database.transaction(async (transaction) => {
      const accounts = await transaction.accounts.list({ workspaceId: caller.workspaceId, ...ofProvider });
      const from = after === null ? 0 : accounts.findIndex((account) => isAfter(account, after));
      const found = from === -1 ? [] : accounts.slice(from, from + request.limit + 1);
      return { rows: found, facts: await this.#facts(transaction, found.slice(0, request.limit)) };
    });
    const now = system.now();
    return toList(rows, request, () => facts.map((entry) => viewAccount(entry, now)));
  }

  /**
   * Changes an account. New credentials or a new address make it active again until the provider says otherwise.
   *
   * @throws RequestError not_found; state_conflict while a request of unknown outcome depends on the old credentials
   */
  async update(caller: Caller, id: string, request: UpdateAccountRequest): Promise<Account> {
    requireScope(caller, 'accounts:write');
    const { registry, vault } = this.#dependencies;
    this.#checkAddress(request.base_url);
    const isNewIdentity = await writeRetrying(this.#dependencies, async (unit) => {
      const account = await this.#row(unit, caller, id);
      if (request.credentials !== undefined && registry.has(account.providerId)) {
        checkCredentials(registry.get(account.providerId).manifest.credentials, request.credentials);
      }
      const isNewIdentity = request.credentials !== undefined || request.base_url !== undefined;
      if (isNewIdentity) {
        await this.#assertNothingUnanswered(unit, account);
      }
      if (request.credentials !== undefined) {
        const specification = this.#manifestOf(account.providerId)?.credentials ?? [];
        await assertCredentialsAreNew(unit, vault, account, request.credentials, specification);
      }
      const changes: Changes<AccountRow> = {
        ...(request.label === undefined ? {} : { label: request.label }),
        ...(request.credentials === undefined
          ? {}
          : { sealedCredentials: vault.seal(account.id, JSON.stringify(request.credentials)) }),
        ...(request.base_url === undefined
          ? {}
          : { baseUrl: request.base_url?.replace(/\/+$/u, '') ?? null }),
        ...(request.max_concurrent === undefined ? {} : { maxConcurrent: request.max_concurrent }),
        ...(request.priority === undefined ? {} : { priority: request.priority }),
        ...(request.enabled === undefined ? {} : { enabled: request.enabled }),
        ...(isNewIdentity
          ? { status: 'active', reason: null, cooldownUntil: null, crowding: null, breaker: closedBreaker }
          : {}),
        // A person knows more of the slots than a refusal told.
        ...(request.max_concurrent !== undefined && account.crowding !== null && account.status === 'cooldown'
          ? { status: 'active', reason: null, cooldownUntil: null, crowding: null }
          : {}),
        updatedAt: unit.now,
      };
      const written = await unit.accounts.update(account, changes);
      await writeAccountEvent(unit, written, 'account.updated');
      unit.wake({ step: 'dispatch', id: written.providerId });
      return isNewIdentity;
    });
    return isNewIdentity ? this.#refresh(caller, id) : this.#view(caller, id);
  }

  /**
   * Tells where the emulator of a sandbox account listens now. The emulator is the same one with the same state, so
   * attempts that run there go on, which a change of address by `update` refuses.
   *
   * @throws RequestError not_found
   */
  async moveSandbox(caller: Caller, id: AccountId, baseUrl: string): Promise<void> {
    await write(this.#dependencies, async (unit) => {
      const account = await this.#row(unit, caller, id);
      if (!account.sandbox || account.baseUrl === baseUrl) {
        return;
      }
      const moved = await unit.accounts.update(account, { baseUrl, updatedAt: unit.now });
      await writeAccountEvent(unit, moved, 'account.updated');
    });
  }

  /**
   * Removes an account from use. Its row stays for the ledger.
   *
   * @throws RequestError not_found; state_conflict while it has attempts that still run, because they need it
   */
  async remove(caller: Caller, id: string): Promise<void> {
    requireScope(caller, 'accounts:write');
    await writeRetrying(this.#dependencies, async (unit) => {
      const account = await this.#row(unit, caller, id);
      const used = (await unit.submissions.countLive([account.id])).get(account.id) ?? 0;
      if (used > 0) {
        throw new RequestError(
          'state_conflict',
          `${used} jobs still run on this account; switch it off and wait.`,
        );
      }
      const { now } = unit;
      const removed = await unit.accounts.update(account, {
        deletedAt: now,
        enabled: false,
        updatedAt: now,
      });
      await writeAccountEvent(unit, removed, 'account.deleted');
    });
  }

  /** Reads the balance now; see `readBalance`. @throws RequestError not_found */
  async refresh(caller: Caller, id: string): Promise<Account> {
    requireScope(caller, 'accounts:write');
    return this.#refresh(caller, id);
  }

  async #refresh(caller: Caller, id: string): Promise<Account> {
    const account = await this.#dependencies.database.transaction((transaction) =>
      this.#row(transaction, caller, id),
    );
    await readBalance(this.#dependencies, account, refreshPatienceMs);
    return this.#view(caller, account.id);
  }

  /**
   * Reads the balances that are due, all at once as far as there are places. Of several processes one reads each: it
   * claims the reading in the row, and loses it to another one when it does not finish.
   */
  async readDueBalances(): Promise<void> {
    const { database, registry, system } = this.#dependencies;
    const readable = registry.list().filter((adapter) => adapter.balance !== undefined);
    const now = system.now();
    const due = await database.transaction((transaction) =>
      transaction.accounts.claimReadings(
        readable.map((adapter) => adapter.id),
        now,
        now + readingLeaseMs,
      ),
    );
    await Promise.all(
      // After a longer wait, another process may have taken the reading over.
      due.map((account) => readBalance(this.#dependencies, account, readingLeaseMs / 2)),
    );
  }

  /** @throws RequestError invalid_params */
  #checkAddress(baseUrl: string | null | undefined): void {
    const issue = addressIssue(baseUrl, this.#dependencies.accountOrigins ?? []);
    if (issue !== null) {
      throw invalidParameters([issue]);
    }
  }

  async #row(transaction: Transaction, { workspaceId }: Caller, id: string): Promise<AccountRow> {
    const account = isIdentifier('account', id) ? await transaction.accounts.get(id) : null;
    if (account === null || account.workspaceId !== workspaceId || account.deletedAt !== null) {
      throw new RequestError('not_found', `Account ${id} not found.`);
    }
    return account;
  }

  async #facts(transaction: Transaction, accounts: readonly AccountRow[]): Promise<AccountFacts[]> {
    const ids = accounts.map((account) => account.id);
    const used = await transaction.submissions.countLive(ids);
    const moneyOf = await loadMoney(transaction, accounts, this.#dependencies.system.now());
    return accounts.map((account) => {
      const { reading, exposure } = moneyOf(account.id);
      const manifest = this.#manifestOf(account.providerId);
      return {
        account,
        usedSlots: used.get(account.id) ?? 0,
        reading,
        balance: spendableBalance(reading, exposure, manifest?.behaviour.charged_at ?? 'submit'),
        unit: manifest?.credit_unit ?? 'credits',
        webhookUrl: this.#webhookUrlOf(account),
      };
    });
  }

  #manifestOf(providerId: string): ProviderAdapter['manifest'] | null {
    const { registry } = this.#dependencies;
    return registry.has(providerId) ? registry.get(providerId).manifest : null;
  }

  #webhookUrlOf(account: AccountRow): string | null {
    const { publicUrl, registry } = this.#dependencies;
    const hasWebhooks =
      registry.has(account.providerId) && registry.get(account.providerId).webhook !== undefined;
    return publicUrl === undefined || !hasWebhooks ? null : webhookAddress(publicUrl, account);
  }

  /** An idempotency token holds within one key of one provider: to change either under it could pay twice. */
  async #assertNothingUnanswered(transaction: Transaction, account: AccountRow): Promise<void> {
    const live = (await transaction.submissions.countLive([account.id])).get(account.id) ?? 0;
    if (live === 0) {
      return;
    }
    throw new RequestError(
      'state_conflict',
      `${live} jobs still run with the current credentials; switch the account off and wait for them.`,
    );
  }
}

function isAfter(
  { createdAt, id }: AccountRow,
  last: { readonly createdAt: number; readonly id: string },
): boolean {
  return createdAt > last.createdAt || (createdAt === last.createdAt && id > last.id);
}
