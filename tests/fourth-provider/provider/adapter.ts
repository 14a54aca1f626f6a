import { z } from 'zod';
import {
  connectionFailureOf,
  readReply,
  resultOfFailedSubmit,
  usableApiKey,
} from '@pixsim7/providers/contract';
import type {
  AccountAccess,
  AdapterDependencies,
  CallKind,
  CallOptions,
  JsonObject,
  ProviderAdapter,
} from '@pixsim7/providers/contract';
import { buildRequest } from './build-request.ts';
import { missingKey, translateConnectionFailure, translateGarbage, translateRefusal } from './errors.ts';
import { lanternManifest } from './manifest.ts';
import { mapParameters } from './map-parameters.ts';
import { readVideo, videoSchema } from './status.ts';

const fileSchema = z.looseObject({ id: z.string().min(1) });
const refusalSchema = z.looseObject({ error: z.string() });

interface LanternCall<Schema extends z.ZodType> {
  readonly kind: CallKind;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Blob;
  readonly schema: Schema;
}

/** The adapter for Lantern. It publishes no balance and sends no webhooks. */
export function createLanternAdapter({ fetch }: AdapterDependencies): ProviderAdapter {
  /** One call, never repeated. @throws ProviderCallError */
  async function call<Schema extends z.ZodType>(
    account: AccountAccess,
    { kind, method, path, headers = {}, body, schema }: LanternCall<Schema>,
    options: CallOptions = {},
  ): Promise<z.infer<Schema>> {
    const key = usableApiKey(account.credentials, missingKey);
    const { status, json } = await exchange(`${account.baseUrl ?? lanternManifest.default_base_url}${path}`, {
      method,
      headers: { ...headers, 'lantern-key': key },
      ...(body === undefined ? {} : { body }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      // A redirect would carry the key, or a paid request, somewhere else.
      redirect: 'error',
    }).catch((error: unknown) => {
      throw translateConnectionFailure(connectionFailureOf(error), kind);
    });
    if (status >= 400) {
      throw translateRefusal(status, refusalSchema.safeParse(json).data?.error ?? null, kind);
    }
    const parsed = schema.safeParse(json);
    if (!parsed.success) {
      throw translateGarbage(status, kind);
    }
    return parsed.data;
  }

  async function exchange(url: string, init: RequestInit): Promise<{ status: number; json: unknown }> {
    const response = await fetch(url, init);
    // Bounded, so an endless reply does not fill the memory of the server.
    const { json } = await readReply(response);
    return { status: response.status, json };
  }

  return {
    id: lanternManifest.id,
    manifest: lanternManifest,
    mapParameters,
    buildRequest,

    async resolveInput(account, _slot, file, options) {
      const body = new Blob([await file.open()], { type: file.mimeType });
      const upload = { kind: 'upload', method: 'POST', path: '/v1/files', body, schema: fileSchema } as const;
      const { id } = await call(account, upload, options);
      return { reference: { file: id }, reusable: true, expiresAt: null };
    },

    async execute(_operation, account, request, token, options) {
      const { path } = request.endpoint;
      const headers = { 'content-type': 'application/json', 'idempotency-key': token };
      try {
        const { id, matches } = await call(
          account,
          { kind: 'submit', method: 'POST', path, headers, body: request.body, schema: videoSchema },
          options,
        );
        return { outcome: 'accepted', providerJobId: id, handle: { video: id }, credits: matches };
      } catch (error) {
        return resultOfFailedSubmit(error, ({ providerCode, code }) => providerCode ?? code);
      }
    },

    async checkStatus(account, handle, options) {
      const read = { kind: 'read', method: 'GET', path: pathOf(handle), schema: videoSchema } as const;
      return readVideo(await call(account, read, options));
    },

    async cancel(account, handle, options) {
      const stop = { kind: 'read', method: 'DELETE', path: pathOf(handle), schema: videoSchema } as const;
      const { state } = await call(account, stop, options);
      return { outcome: state === 'stopped' ? 'cancelled' : 'too_late' };
    },
  };
}

function pathOf(handle: JsonObject): string {
  const id = handle['video'];
  if (typeof id !== 'string') {
    throw new TypeError('The handle was not made by the Lantern adapter.');
  }
  return `/v1/videos/${encodeURIComponent(id)}`;
}
