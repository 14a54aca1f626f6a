import type {
  AccountAccess,
  AdapterDependencies,
  ProviderAdapter,
  ProviderRequest,
} from '../contract/adapter.ts';
import type { CallKind } from '../contract/error-translation.ts';
import { resultOfFailedSubmit } from '../contract/failed-submit.ts';
import {
  addressesOf,
  cancelRequest,
  checkRequest,
  createWebhookReceiver,
  decodeHandle,
  encodeHandle,
  submitRequest,
  uploadFile,
} from '../fal-queue/index.ts';
import type { FalAccess, FalAddresses } from '../fal-queue/index.ts';
import { buildRequest } from './build-request.ts';
import { keyOf, providerName, translateError } from './errors.ts';
import { pikaManifest } from './manifest.ts';
import { mapParameters } from './map-parameters.ts';
import { pikaModels } from './models.ts';
import { readOutputs } from './status.ts';

/** The adapter for Pika, through the queue of fal. It has no balance: a key that may submit cannot read one. */
export function createPikaAdapter({ fetch }: AdapterDependencies): ProviderAdapter {
  async function call<Reply>(
    kind: CallKind,
    account: AccountAccess,
    run: (access: FalAccess, addresses: FalAddresses) => Promise<Reply>,
  ): Promise<Reply> {
    try {
      return await run({ fetch, key: keyOf(account.credentials) }, addressesOf(account.baseUrl));
    } catch (error) {
      throw translateError(error, kind);
    }
  }

  return {
    id: pikaManifest.id,
    manifest: pikaManifest,
    mapParameters,
    buildRequest,
    webhook: createWebhookReceiver({ fetch, provider: providerName, endpointId: endpointOfRequests() }),

    resolveInput(account, _slot, file, options) {
      return call('upload', account, async (access, addresses) => {
        const bytes = new Blob([await file.open()], { type: file.mimeType });
        const upload = { bytes, fileName: file.fileName, signal: options?.signal };
        const url = await uploadFile(access, addresses, upload);
        // fal documents no end of an upload's life unless one is asked for.
        return { reference: { url }, reusable: true, expiresAt: null };
      });
    },

    /** fal has no idempotency token, so that of the attempt stays here. */
    async execute(_operation, account, request, _token, options) {
      const path = pathOf(request);
      try {
        const handle = await call('submit', account, (access, addresses) =>
          submitRequest(access, addresses, { path, body: request.body, signal: options?.signal }),
        );
        return {
          outcome: 'accepted',
          providerJobId: handle.requestId,
          handle: encodeHandle(handle),
          credits: null,
        };
      } catch (error) {
        return resultOfFailedSubmit(error);
      }
    },

    checkStatus(account, handle, options) {
      return call('read', account, (access, addresses) =>
        checkRequest(access, {
          handle: decodeHandle(addresses, handle),
          provider: providerName,
          readOutputs,
          cancelAsked: options?.cancelAsked === true,
          signal: options?.signal,
        }),
      );
    },

    cancel(account, handle, options) {
      return call('read', account, (access, addresses) =>
        cancelRequest(access, decodeHandle(addresses, handle), options?.signal),
      );
    },
  };
}

/** All models are of one app, and the queue keeps requests by app. */
function endpointOfRequests(): string {
  const [model] = pikaModels;
  if (model === undefined) {
    throw new TypeError('Pika has no model.');
  }
  return model.endpointId;
}

/** A stored request goes where it says, but never to a path that makes no video. */
function pathOf({ endpoint: { path } }: ProviderRequest): string {
  if (!pikaModels.some(({ endpointId }) => path.split('?')[0] === `/${endpointId}`)) {
    throw new TypeError(`Pika has no generation at ${path}.`);
  }
  return path;
}
