import { bindAdapter, ProviderRegistry } from '@pixsim7/providers';
import type { AccountAccess, GenerationResult, ProviderAdapter } from '@pixsim7/providers';
import type { CallEnd, ProviderCallName, ProviderCalls } from './provider-calls.ts';

type ObserveCall = <Result>(
  name: ProviderCallName,
  account: AccountAccess,
  work: () => Promise<Result>,
  endOf?: (result: Result) => CallEnd,
) => Promise<Result>;

/** Every adapter of a registry, watched from outside: adapters themselves know nothing of metrics. */
export function observeRegistry(registry: ProviderRegistry, calls: ProviderCalls): ProviderRegistry {
  const observed = new ProviderRegistry();
  for (const adapter of registry.list()) {
    observed.register(observeAdapter(adapter, calls));
  }
  return observed;
}

/** The same adapter, with each of its calls to the provider timed and counted. What sends nothing stays as it is. */
export function observeAdapter(given: ProviderAdapter, calls: ProviderCalls): ProviderAdapter {
  const adapter = bindAdapter(given);
  const { balance, cancel, choices } = adapter;
  const observe: ObserveCall = (name, account, work, endOf) =>
    calls.observe(
      {
        name,
        providerId: adapter.id,
        accountId: account.accountId,
        baseUrl: account.baseUrl ?? adapter.manifest.default_base_url,
      },
      work,
      endOf,
    );
  return {
    ...adapter,
    resolveInput: (account, slot, file, options) =>
      observe('upload', account, () => adapter.resolveInput(account, slot, file, options)),
    execute: (operation, account, request, token, options) =>
      observe(
        'submit',
        account,
        () => adapter.execute(operation, account, request, token, options),
        endOfSubmit,
      ),
    checkStatus: (account, handle, options) =>
      observe('check', account, () => adapter.checkStatus(account, handle, options)),
    ...(cancel === undefined
      ? {}
      : {
          cancel: (account, handle, options) =>
            observe('cancel', account, () => cancel(account, handle, options)),
        }),
    ...(choices === undefined
      ? {}
      : {
          choices: (account, kind, page, options) =>
            observe('choices', account, () => choices(account, kind, page, options)),
        }),
    ...(balance === undefined
      ? {}
      : { balance: (account, options) => observe('balance', account, () => balance(account, options)) }),
  };
}

function endOfSubmit(result: GenerationResult): CallEnd {
  switch (result.outcome) {
    case 'accepted':
      return { outcome: 'ok' };
    case 'rejected':
      return { outcome: 'failed', error: result.error };
    case 'unknown':
      return { outcome: 'unknown', error: result.error };
  }
}
