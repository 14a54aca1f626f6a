import type { ChoiceKind } from '@pixsim7/contracts';
import type { ProviderAdapter, ProviderChoice, ProviderChoicePage } from '@pixsim7/providers/contract';
import type { CoreDependencies } from '../dependencies.ts';
import type { AccountRow, Instant } from '../model/index.ts';
import { accessAccount } from './account-access.ts';

/** Somebody who adds a voice in a dashboard expects to see it soon; a form asks at every key press. */
const freshMs = 5 * 60_000;
/** Accounts times kinds. A list has some hundred entries of a hundred bytes. */
const maxLists = 200;
/** 5,000 entries: more than any catalogue known, and a bound against a page that never ends. */
const maxPages = 50;

interface KeptList {
  readonly readAt: Instant;
  readonly choices: Promise<readonly ProviderChoice[]>;
}

/**
 * The choices of accounts, kept for some minutes. Several who ask for the same list at once wait for one reading, and a
 * reading that fails is not kept.
 */
export class ChoiceLists {
  readonly #dependencies: Pick<CoreDependencies, 'vault' | 'system'>;
  readonly #lists = new Map<string, KeptList>();

  constructor(dependencies: Pick<CoreDependencies, 'vault' | 'system'>) {
    this.#dependencies = dependencies;
  }

  /** @throws ProviderCallError when the provider does not answer, or refuses the account */
  async of(
    adapter: ProviderAdapter,
    account: AccountRow,
    kind: ChoiceKind,
  ): Promise<readonly ProviderChoice[]> {
    const key = `${account.id} ${kind}`;
    const now = this.#dependencies.system.now();
    const kept = this.#lists.get(key);
    this.#lists.delete(key);
    if (kept !== undefined && now - kept.readAt < freshMs) {
      // Put back last: the first of the map is the one that was asked for least recently.
      this.#lists.set(key, kept);
      return kept.choices;
    }
    const choices = this.#read(adapter, account, kind);
    this.#lists.set(key, { readAt: now, choices });
    for (const oldest of this.#lists.keys()) {
      if (this.#lists.size <= maxLists) {
        break;
      }
      this.#lists.delete(oldest);
    }
    try {
      return await choices;
    } catch (error) {
      if (this.#lists.get(key)?.choices === choices) {
        this.#lists.delete(key);
      }
      throw error;
    }
  }

  async #read(
    adapter: ProviderAdapter,
    account: AccountRow,
    kind: ChoiceKind,
  ): Promise<readonly ProviderChoice[]> {
    const access = accessAccount(this.#dependencies.vault, account);
    const found = new Map<string, ProviderChoice>();
    let page: number | null = 1;
    while (page !== null && page <= maxPages) {
      const read: ProviderChoicePage | undefined = await adapter.choices?.(access, kind, page);
      for (const choice of read?.choices ?? []) {
        found.set(choice.id, choice);
      }
      page = read?.next ?? null;
    }
    return [...found.values()];
  }
}
