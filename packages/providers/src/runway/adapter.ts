import type { z } from 'zod';
import type {
  AccountAccess,
  AdapterDependencies,
  CallOptions,
  ProviderAdapter,
  ProviderRequest,
  ResolvedInput,
} from '../contract/adapter.ts';
import type { CallKind } from '../contract/error-translation.ts';
import { ProviderCallError, ProviderError } from '../contract/errors.ts';
import { resultOfFailedSubmit } from '../contract/failed-submit.ts';
import type { JsonObject } from '../contract/json.ts';
import { buildRequest } from './build-request.ts';
import {
  translateConnectionError,
  translateGarbage,
  translateReply,
  translateStorageReply,
} from './errors.ts';
import { createRunwayClient } from './http-client.ts';
import type { RunwayCall } from './http-client.ts';
import { runwayManifest } from './manifest.ts';
import { mapParameters } from './map-parameters.ts';
import {
  createdTaskSchema,
  organizationSchema,
  RunwayConnectionError,
  taskSchema,
  uploadSchema,
} from './reply.ts';
import type { RunwayReply, RunwayTask } from './reply.ts';
import { generationPaths } from './request-plan.ts';
import { cancelledByUs, readTask, taskStatusOf } from './status.ts';

/**
 * Seconds for which an upload may be used again. It lives 24 h; the last hour is left for tasks that wait at Runway before
 * they read it.
 */
const uploadReuseS = 23 * 3_600;

/**
 * The adapter for Runway, on plain `fetch`: the vendor's client repeats failed requests twice by default, also the one that
 * starts a paid task.
 */
export function createRunwayAdapter(dependencies: AdapterDependencies): ProviderAdapter {
  const client = createRunwayClient(dependencies.fetch);

  /** The reply of a call that succeeded, and its body as the schema reads it. */
  async function call<Schema extends z.ZodType>(
    kind: CallKind,
    account: AccountAccess,
    request: RunwayCall,
    schema: Schema,
    options?: CallOptions,
  ): Promise<{ reply: RunwayReply; body: z.infer<Schema> }> {
    const reply = await answered(kind, () => client.call(account, request, options));
    if (reply.status < 200 || reply.status > 299) {
      throw translateReply(reply, kind);
    }
    const parsed = schema.safeParse(reply.body);
    if (!parsed.success) {
      throw translateGarbage(reply, kind);
    }
    return { reply, body: parsed.data };
  }

  async function task(
    account: AccountAccess,
    handle: JsonObject,
    options?: CallOptions,
  ): Promise<{ reply: RunwayReply; body: RunwayTask }> {
    return call('read', account, { method: 'GET', path: taskPathOf(handle) }, taskSchema, options);
  }

  return {
    id: runwayManifest.id,
    manifest: runwayManifest,
    mapParameters,
    buildRequest,

    async resolveInput(account, _slot, file, options) {
      // The type of the blob becomes the content type of the part, which has to match the file.
      const blob = new Blob([await file.open()], { type: file.mimeType });
      const { reply, body } = await call(
        'upload',
        account,
        {
          method: 'POST',
          path: '/v1/uploads',
          body: JSON.stringify({ filename: file.fileName, type: 'ephemeral' }),
        },
        uploadSchema,
        options,
      );
      const form = new FormData();
      for (const [name, value] of Object.entries(body.fields)) {
        form.append(name, value);
      }
      // The storage ignores every field that stands behind the file.
      form.append('file', blob, file.fileName);
      const stored = await answered('upload', () => client.postForm(body.uploadUrl, form, options));
      if (stored.status < 200 || stored.status > 299) {
        throw translateStorageReply(stored);
      }
      return uploaded(body.runwayUri, reply.date);
    },

    async execute(_operation, account, request, _token, options) {
      try {
        const { body } = await call(
          'submit',
          account,
          { method: 'POST', path: generationPathOf(request), body: request.body },
          createdTaskSchema,
          options,
        );
        return {
          outcome: 'accepted',
          providerJobId: body.id,
          handle: { task_id: body.id },
          // The most that it may cost; the task says in the end what it did.
          credits: body.estimatedCost?.credits ?? null,
        };
      } catch (error) {
        return resultOfFailedSubmit(error, evidenceOf);
      }
    },

    async checkStatus(account, handle, options) {
      try {
        const { reply, body } = await task(account, handle, options);
        return readTask(body, reply.date);
      } catch (error) {
        const isGone = error instanceof ProviderCallError && error.class === 'JobNotFoundError';
        if (isGone && options?.cancelAsked === true) {
          return cancelledByUs;
        }
        throw error;
      }
    },

    /**
     * One verb cancels what runs and deletes what is finished, so the task is read first and only an unfinished one is
     * deleted. It can still end between the two calls; the delete then takes the output with it. Nothing in the API closes
     * that window of one round trip.
     */
    async cancel(account, handle, options) {
      const { body } = await task(account, handle, options);
      const status = taskStatusOf(body);
      switch (status) {
        case 'SUCCEEDED':
        case 'FAILED':
        case 'CANCELLED':
          return { outcome: 'too_late' };
        case null:
          throw unknownStatus(body.status);
        case 'PENDING':
        case 'THROTTLED':
        case 'RUNNING': {
          const path = taskPathOf(handle);
          const reply = await answered('read', () =>
            client.call(account, { method: 'DELETE', path }, options),
          );
          if (reply.status < 200 || reply.status > 299) {
            throw translateReply(reply, 'read');
          }
          return { outcome: 'cancelled' };
        }
      }
    },

    async balance(account, options) {
      const { body } = await call(
        'read',
        account,
        { method: 'GET', path: '/v1/organization' },
        organizationSchema,
        options,
      );
      return {
        amount: body.creditBalance,
        unit: runwayManifest.credit_unit,
        pools: { prepaid: body.creditBalance },
      };
    },
  };
}

async function answered(kind: CallKind, send: () => Promise<RunwayReply>): Promise<RunwayReply> {
  try {
    return await send();
  } catch (error) {
    // Anything else is a mistake of ours, or an account without a key.
    throw error instanceof RunwayConnectionError ? translateConnectionError(error, kind) : error;
  }
}

/** @param date without it nobody knows when the upload ends, and it is not used again */
function uploaded(uri: string, date: number | null): ResolvedInput {
  return {
    reference: { uri },
    reusable: date !== null,
    expiresAt: date === null ? null : new Date(date + uploadReuseS * 1_000).toISOString(),
  };
}

function taskPathOf(handle: JsonObject): string {
  const id = handle['task_id'];
  if (typeof id !== 'string') {
    throw new TypeError('The handle was not made by the Runway adapter.');
  }
  return `/v1/tasks/${encodeURIComponent(id)}`;
}

/** A stored request goes where it says, but never to a path that makes no video. */
function generationPathOf({ endpoint }: ProviderRequest): string {
  const path = generationPaths.find((known) => known === endpoint.path);
  if (path === undefined) {
    throw new TypeError(`Runway has no generation at ${endpoint.path}.`);
  }
  return path;
}

/** A word that nobody knows may stand for a finished task, whose output a delete would destroy. */
function unknownStatus(rawStatus: string): ProviderCallError {
  return new ProviderError({
    code: 'provider_failed',
    message: 'Runway shows a status that is not documented, so the task was not cancelled.',
    retry: 'later',
    accountEffect: 'none',
    charged: 'no',
    providerCode: rawStatus,
  });
}

/** For operators. Runway has no list of tasks: the balance and the counts of its organization are the only trace. */
function evidenceOf(error: ProviderCallError): string {
  return `${error.providerCode ?? error.code}. Compare the credit balance and today's generations of the organization.`;
}
