import { vi } from 'vitest';
import type { Mock } from 'vitest';
import type { ProviderBehaviour, ProviderManifest } from '@pixsim7/contracts';
import type {
  GenerationResult,
  JsonObject,
  MapParameters,
  ProviderAdapter,
  ProviderCallError,
  VideoStatusResult,
} from '@pixsim7/providers/contract';
import { simulatedManifest } from '../simulation/provider/manifest.ts';
import { mapSimulatedParameters } from '../simulation/provider/map-parameters.ts';
import { calmServer } from '../simulation/provider/server.ts';

/** An adapter whose every answer a test can script, and whose every call it can read. */
export interface FakeProvider extends ProviderAdapter {
  readonly resolveInput: Mock<ProviderAdapter['resolveInput']>;
  readonly execute: Mock<ProviderAdapter['execute']>;
  readonly checkStatus: Mock<ProviderAdapter['checkStatus']>;
  readonly cancel: Mock<NonNullable<ProviderAdapter['cancel']>>;
  readonly balance: Mock<NonNullable<ProviderAdapter['balance']>>;
}

/** The price of a generation of the fake provider: 2 credits for each of its 5 seconds. */
export const fakePrice = 10;

/** In what a fake provider differs from the usual one. */
export interface FakeIdentity {
  readonly id?: string;
  /** null: not published. */
  readonly creditValueUsd?: number | null;
  readonly mapParameters?: MapParameters;
}

/**
 * Unscripted, it accepts every request, is processing forever, and has 100 credits.
 *
 * @param changes behaviour that differs from: idempotent for a minute, charges at submit, checks every 3 to 30 seconds
 */
export function createFakeProvider(
  changes: Partial<ProviderBehaviour> = {},
  identity: FakeIdentity = {},
): FakeProvider {
  let accepted = 0;
  const id = identity.id ?? baseManifest.id;
  return {
    id,
    manifest: {
      ...baseManifest,
      id,
      credit_value_usd: identity.creditValueUsd ?? null,
      behaviour: { ...baseManifest.behaviour, ...changes },
    },
    mapParameters: identity.mapParameters ?? mapSimulatedParameters,
    resolveInput: vi.fn<ProviderAdapter['resolveInput']>(async (_account, slot, file) => ({
      reference: { upload: `${file.assetId}/${slot.role}` },
      reusable: true,
      expiresAt: null,
    })),
    buildRequest(mapped, inputs) {
      const files = [...inputs].map(([name, input]): JsonObject => ({ name, reference: input.reference }));
      const payload: JsonObject = { ...(mapped.plan as JsonObject), files };
      const endpoint = { method: 'POST', path: `/${mapped.operation}` } as const;
      return { endpoint, body: JSON.stringify(payload), payload };
    },
    execute: vi.fn<ProviderAdapter['execute']>(async () => {
      accepted += 1;
      return answers.accepted(`provider-job-${accepted}`);
    }),
    checkStatus: vi.fn<ProviderAdapter['checkStatus']>(async () => answers.processing()),
    cancel: vi.fn<NonNullable<ProviderAdapter['cancel']>>(async () => ({ outcome: 'cancelled' })),
    balance: vi.fn<NonNullable<ProviderAdapter['balance']>>(async () => ({
      amount: 100,
      unit: 'credits',
      pools: { bought: 100 },
    })),
  };
}

const baseManifest: ProviderManifest = simulatedManifest(
  {
    idempotency: 'token',
    idempotencyWindowMs: 60_000,
    renderMs: [0, 0],
    ...calmServer,
    refusesAboveLimit: true,
  },
  true,
  2,
);

/** Answers of an adapter. */
export const answers = {
  accepted: (providerJobId: string, credits: number | null = null): GenerationResult => ({
    outcome: 'accepted',
    providerJobId,
    handle: { id: providerJobId },
    credits,
  }),
  rejected: (error: ProviderCallError): GenerationResult => ({ outcome: 'rejected', error }),
  unanswered: (error: ProviderCallError): GenerationResult => ({
    outcome: 'unknown',
    evidence: 'The connection broke.',
    error,
  }),
  processing: (changes: Partial<VideoStatusResult> = {}): VideoStatusResult => ({
    status: 'processing',
    rawStatus: 'running',
    progress: null,
    queuePosition: null,
    outputs: [],
    error: null,
    credits: null,
    ...changes,
  }),
  completed: (url = outputUrl, changes: Partial<VideoStatusResult> = {}): VideoStatusResult =>
    answers.processing({
      status: 'completed',
      rawStatus: 'done',
      outputs: [{ url, mediaType: 'video', expiresAt: null }],
      ...changes,
    }),
  ended: (
    status: 'failed' | 'filtered' | 'cancelled',
    error: ProviderCallError | null,
    changes: Partial<VideoStatusResult> = {},
  ): VideoStatusResult => answers.processing({ status, rawStatus: status, error, ...changes }),
};

/** The address of the output unless a test says otherwise; the query stands for a signature. */
export const outputUrl = 'https://output.example/video.mp4?signature=abc';
