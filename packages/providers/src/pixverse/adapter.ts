import { PixVerse, PixVerseError, toPixVerseId } from '@pixsim7/pixverse';
import type { PixVerseId } from '@pixsim7/pixverse';
import type {
  AccountAccess,
  AdapterDependencies,
  InputFile,
  ProviderAdapter,
  ProviderRequest,
  ResolvedInput,
} from '../contract/adapter.ts';
import { usableApiKey } from '../contract/api-key.ts';
import type { CallKind } from '../contract/error-translation.ts';
import { resultOfFailedSubmit } from '../contract/failed-submit.ts';
import type { JsonObject } from '../contract/json.ts';
import { buildRequest } from './build-request.ts';
import { missingApiKey, translateError } from './errors.ts';
import { pixverseManifest } from './manifest.ts';
import { mapParameters } from './map-parameters.ts';
import { generationPaths } from './request-plan.ts';
import type { GenerationPath } from './request-plan.ts';
import { readVideoStatus } from './status.ts';
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
      if (slot.role === 'source' && wasMadeBy(account, file)) {
        return Promise.resolve(reusable({ source_video_id: file.madeBy.providerJobId }));
      }
      return call('upload', account, async (client) => {
        // The type of the blob becomes the content type of the part, which PixVerse checks.
        const blob = new Blob([await file.open()], { type: file.mimeType });
        const upload = { file: blob, filename: file.fileName };
        if (slot.specification.media_type === 'image') {
          const image = await client.images.upload(upload, options);
          return reusable({ img_id: image.img_id });
        }
        const media = await client.media.upload(upload, options);
        return reusable({ video_media_id: media.media_id });
      });
    },

    async execute(_operation, account, request, token, options) {
      try {
        const { video_id, credits } = await call('submit', account, (client) =>
          // PixVerse answers a trace id that it has seen with the earlier result: it is the token.
          client.videos.submit(generationPathOf(request), request.body, { ...options, traceId: token }),
        );
        return {
          outcome: 'accepted',
          providerJobId: video_id,
          handle: { video_id },
          credits: credits ?? null,
        };
      } catch (error) {
        return resultOfFailedSubmit(error);
      }
    },

    checkStatus(account, handle, options) {
      return call('read', account, async (client) =>
        readVideoStatus(await client.videos.retrieve(videoIdOf(handle), options)),
      );
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

type MadeHere = InputFile & { readonly madeBy: NonNullable<InputFile['madeBy']> };

/** PixVerse knows a video by its id only under the account that made it. */
function wasMadeBy(account: AccountAccess, file: InputFile): file is MadeHere {
  return file.madeBy?.providerId === pixverseManifest.id && file.madeBy.accountId === account.accountId;
}

/** PixVerse documents no end of an upload's life. */
function reusable(reference: JsonObject): ResolvedInput {
  return { reference, reusable: true, expiresAt: null };
}

function videoIdOf(handle: JsonObject): PixVerseId {
  const id = handle['video_id'];
  if (typeof id !== 'string') {
    throw new TypeError('The handle was not made by the PixVerse adapter.');
  }
  return toPixVerseId(id);
}

/** A stored request goes where it says, but never to a path that makes no video. */
function generationPathOf({ endpoint }: ProviderRequest): GenerationPath {
  const path = generationPaths.find((known) => known === endpoint.path);
  if (path === undefined) {
    throw new TypeError(`PixVerse has no generation at ${endpoint.path}.`);
  }
  return path;
}
