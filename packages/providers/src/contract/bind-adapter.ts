import type { ProviderAdapter } from './adapter.ts';

/** An adapter whose calls can be taken off it. */
export interface BoundAdapter extends Omit<ProviderAdapter, 'balance' | 'cancel' | 'choices'> {
  readonly balance?: NonNullable<ProviderAdapter['balance']>;
  readonly cancel?: NonNullable<ProviderAdapter['cancel']>;
  readonly choices?: NonNullable<ProviderAdapter['choices']>;
}

/**
 * The adapter as a plain object, with its methods bound. Wrappers start from this: a spread of an adapter that is a class
 * would lose its methods. Calls that the adapter does not have stay absent.
 */
export function bindAdapter(adapter: ProviderAdapter): BoundAdapter {
  const { id, manifest, webhook } = adapter;
  const cancel = adapter.cancel?.bind(adapter);
  const balance = adapter.balance?.bind(adapter);
  const choices = adapter.choices?.bind(adapter);
  return {
    id,
    manifest,
    mapParameters: (operation, params) => adapter.mapParameters(operation, params),
    buildRequest: (mapped, inputs, context) => adapter.buildRequest(mapped, inputs, context),
    resolveInput: (account, slot, file, options) => adapter.resolveInput(account, slot, file, options),
    execute: (operation, account, request, token, options) =>
      adapter.execute(operation, account, request, token, options),
    checkStatus: (account, handle, options) => adapter.checkStatus(account, handle, options),
    ...(cancel === undefined ? {} : { cancel }),
    ...(balance === undefined ? {} : { balance }),
    ...(choices === undefined ? {} : { choices }),
    ...(webhook === undefined
      ? {}
      : {
          webhook: {
            acknowledgement: webhook.acknowledgement,
            ...(webhook.operations === undefined ? {} : { operations: webhook.operations }),
            parse: (account, delivery, options) => webhook.parse(account, delivery, options),
          },
        }),
  };
}
