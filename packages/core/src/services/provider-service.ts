import type {
  AccountId,
  Choice,
  ChoiceKind,
  List,
  ListChoicesQuery,
  ProviderManifest,
  ProviderSummary,
} from '@pixsim7/contracts';
import type { ProviderAdapter, ProviderChoice } from '@pixsim7/providers/contract';
import type { CoreDependencies } from '../dependencies.ts';
import type { AccountRow, Caller } from '../model/index.ts';
import { invalidParameters, RequestError } from '../model/request-error.ts';
import type { ChoiceLists } from '../read/choice-lists.ts';
import { requireScope } from './require-scope.ts';

/** Lists the providers and what they can do. */
export class ProviderService {
  readonly #dependencies: Pick<CoreDependencies, 'database' | 'registry'>;
  readonly #choices: ChoiceLists;

  constructor(dependencies: Pick<CoreDependencies, 'database' | 'registry'>, choices: ChoiceLists) {
    this.#dependencies = dependencies;
    this.#choices = choices;
  }

  /** With the number of accounts that the caller's workspace has there. */
  async list({ workspaceId }: Caller): Promise<ProviderSummary[]> {
    const { database, registry } = this.#dependencies;
    const accounts = await database.transaction((transaction) => transaction.accounts.list({ workspaceId }));
    return registry.list().map(({ id, manifest }) => ({
      id,
      object: 'provider',
      name: manifest.name,
      operations: manifest.operations.map((operation) => operation.operation_type),
      models: [...new Set(manifest.operations.flatMap(({ models }) => models.map(({ model }) => model)))],
      accounts: accounts.filter((account) => account.providerId === id).length,
    }));
  }

  /** @throws RequestError not_found */
  manifest(id: string): ProviderManifest {
    const { registry } = this.#dependencies;
    if (!registry.has(id)) {
      throw new RequestError('not_found', `Provider ${id} not found. Known: ${registry.ids().join(', ')}.`);
    }
    return registry.get(id).manifest;
  }

  /**
   * Things at the provider that a parameter can name, in its order. They are kept for some minutes.
   *
   * @throws RequestError not_found, invalid_params; ProviderCallError when the provider cannot be asked
   */
  async choices(
    caller: Caller,
    providerId: string,
    kind: ChoiceKind,
    { account_id: accountId, q = '', limit, cursor }: ListChoicesQuery,
  ): Promise<List<Choice>> {
    requireScope(caller, 'jobs:read');
    const { id, name } = this.manifest(providerId);
    const adapter = this.#dependencies.registry.get(id);
    const kinds = choiceKindsOf(adapter);
    if (!kinds.includes(kind)) {
      const known = kinds.length === 0 ? 'nothing to choose from' : kinds.join(', ');
      throw new RequestError('not_found', `${name} has no ${kind} here. It has ${known}.`);
    }
    const account = await this.#accountFor(caller, id, accountId);
    const all = await this.#choices.of(adapter, account, kind);
    const wanted = q.trim().toLowerCase();
    const found = all.filter((choice) => `${choice.name} ${choice.id}`.toLowerCase().includes(wanted));
    const start = cursor === undefined ? 0 : found.findIndex((choice) => choice.id === cursor) + 1;
    if (cursor !== undefined && start === 0) {
      throw invalidParameters([
        { pointer: '/cursor', code: 'not_allowed', detail: 'It is of another list.', in: 'query' },
      ]);
    }
    const page = found.slice(start, start + limit);
    return {
      data: page.map((choice) => viewChoice(kind, choice)),
      next_cursor: start + limit < found.length ? (page.at(-1)?.id ?? null) : null,
    };
  }

  async #accountFor(
    { workspaceId }: Caller,
    providerId: string,
    accountId: AccountId | undefined,
  ): Promise<AccountRow> {
    const accounts = await this.#dependencies.database.transaction((transaction) =>
      transaction.accounts.list({ workspaceId }),
    );
    const own = accounts.filter((account) => account.providerId === providerId);
    const account =
      accountId === undefined
        ? own.find(({ enabled, status }) => enabled && status !== 'disabled')
        : own.find(({ id }) => id === accountId);
    if (account === undefined) {
      throw new RequestError(
        'not_found',
        accountId === undefined
          ? `No account of ${providerId} can be used. Add one first.`
          : `Account ${accountId} of ${providerId} not found.`,
      );
    }
    return account;
  }
}

function choiceKindsOf(adapter: ProviderAdapter): ChoiceKind[] {
  if (adapter.choices === undefined) {
    return [];
  }
  const models = adapter.manifest.operations.flatMap((offer) => offer.models);
  const taken = models.flatMap(({ parameters }) =>
    Object.values(parameters).flatMap((specification) => specification.choices ?? []),
  );
  return [...new Set(taken)];
}

function viewChoice(kind: ChoiceKind, { id, name, coverUrl, images }: ProviderChoice): Choice {
  return { object: 'choice', kind, id, name, cover_url: coverUrl, images };
}
