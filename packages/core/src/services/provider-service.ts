import type { ProviderManifest, ProviderSummary } from '@pixsim7/contracts';
import type { CoreDependencies } from './dependencies.ts';
import { RequestError } from './request-error.ts';

/** Which providers there are and what they can do. */
export class ProviderService {
  readonly #dependencies: Pick<CoreDependencies, 'database' | 'registry'>;

  constructor(dependencies: Pick<CoreDependencies, 'database' | 'registry'>) {
    this.#dependencies = dependencies;
  }

  async list(): Promise<ProviderSummary[]> {
    const { database, registry } = this.#dependencies;
    const accounts = await database.transaction((transaction) => transaction.accounts.list({}));
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
      throw new RequestError('not_found', `There is no provider ${id}. Known: ${registry.ids().join(', ')}.`);
    }
    return registry.get(id).manifest;
  }
}
