import type { ProviderManifest, ProviderSummary } from '@pixsim7/contracts';
import type { CoreDependencies } from '../dependencies.ts';
import type { Caller } from '../model/index.ts';
import { RequestError } from '../model/request-error.ts';

/** Lists the providers and what they can do. */
export class ProviderService {
  readonly #dependencies: Pick<CoreDependencies, 'database' | 'registry'>;

  constructor(dependencies: Pick<CoreDependencies, 'database' | 'registry'>) {
    this.#dependencies = dependencies;
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
}
