import { PixVerse, PixVerseError } from '@pixsim7/pixverse';
import type { AccountAccess, AdapterDependencies, ProviderAdapter } from '../contract/adapter.ts';
import { usableApiKey } from '../contract/api-key.ts';
import type { CallKind } from '../contract/error-translation.ts';
import { resultOfFailedSubmit } from '../contract/failed-submit.ts';
import { buildRequest } from './build-request.ts';
import { readChoices } from './choices.ts';
import { missingApiKey, translateError } from './errors.ts';
import { readStatus, submit } from './generation.ts';
import { ownReference, upload } from './inputs.ts';
import { pixverseManifest } from './manifest.ts';
import { mapParameters } from './map-parameters.ts';
import { pixverseWebhook } from './webhook.ts';

/** The adapter for PixVerse, on top of its SDK. */
export function createPixverseAdapter(dependencies: AdapterDependencies): ProviderAdapter {
  function clientOf(account: AccountAccess): PixVerse {
    return new PixVerse({
      apiKey: usableApiKey(account.credentials, missingApiKey),
      baseURL: account.baseUrl ?? pixverseManifest.default_base_url,
      fetch: dependencies.fetch,
      createTraceId: dependencies.createUuid,
      // The caller decides when to ask again: it knows its budget and its clock.
      maxRetries: 0,
    });
  }

  async function call<Reply>(
    kind: CallKind,
    account: AccountAccess,
    run: (client: PixVerse) => Promise<Reply>,
  ): Promise<Reply> {
    try {
      return await run(clientOf(account));
    } catch (error) {
      // Anything else is a mistake of ours or a file that cannot be read: not for the provider to answer for.
      throw error instanceof PixVerseError ? translateError(error, kind) : error;
    }
  }

  return {
    id: pixverseManifest.id,
    manifest: pixverseManifest,
    mapParameters,
    buildRequest,
    webhook: pixverseWebhook,

    resolveInput(account, slot, file, options) {
      const own = ownReference(account, slot, file, pixverseManifest.id);
      return own === null
        ? call('upload', account, (client) => upload(client, slot, file, options))
        : Promise.resolve(own);
    },

    async execute(_operation, account, request, token, options) {
      try {
        // PixVerse answers a trace id that it has seen with the earlier result: it is the token.
        const accepted = await call('submit', account, (client) => submit(client, request, token, options));
        return { outcome: 'accepted', ...accepted };
      } catch (error) {
        return resultOfFailedSubmit(error);
      }
    },

    checkStatus(account, handle, options) {
      return call('read', account, (client) => readStatus(client, handle, options));
    },

    choices(account, kind, page, options) {
      return call('read', account, (client) => readChoices(client, kind, page, options));
    },

    balance(account, options) {
      return call('read', account, async (client) => {
        const balance = await client.account.balance(options);
        const pools = { monthly: balance.credit_monthly, package: balance.credit_package };
        return { amount: pools.monthly + pools.package, unit: pixverseManifest.credit_unit, pools };
      });
    },
  };
}
