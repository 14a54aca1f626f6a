import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import type { JobParameters, OperationType } from '@pixsim7/contracts';
import { endpointText, readEndpoint } from '@pixsim7/providers';
import type {
  AccountAccess,
  GenerationResult,
  InputFile,
  InputSlot,
  JsonObject,
  MappedRequest,
  ProviderAdapter,
  ProviderCallError,
  ProviderEndpoint,
  ProviderRequest,
  ResolvedInput,
  StatusOptions,
  VideoStatusResult,
} from '@pixsim7/providers';
import type { OperationSample, ProviderUnderTest, RunningEmulator } from './provider-under-test.ts';
import { sampleImage } from './sample-files.ts';
import { expectNoSecrets } from './secrets.ts';

/** Looks at a status before it gives up; far more than any sample needs. */
const maxLooks = 20;

export interface Prepared {
  readonly account: AccountAccess;
  readonly mapped: MappedRequest;
  readonly request: ProviderRequest;
  /** Generations that the emulator had before; the suite runs one test at a time. */
  readonly generationsBefore: number;
}

export interface Submitted extends Prepared {
  readonly token: string;
  readonly result: GenerationResult;
}

/** An adapter, its running emulator and the steps of a generation. Every value that an adapter gives is searched for secrets. */
export interface ConformanceBench {
  readonly provider: ProviderUnderTest;
  readonly adapter: ProviderAdapter;
  readonly emulator: RunningEmulator;
  /** A sample without inputs that completes. */
  readonly simplest: OperationSample;
  /** The same with other parameters. */
  simplestWith(params: JobParameters): OperationSample;
  map(operation: OperationType, params: JobParameters): MappedRequest;
  /** Validates, resolves the inputs and writes the request down, on an account of its own unless one is given. */
  prepare(sample: OperationSample, options?: PrepareOptions): Promise<Prepared>;
  send(prepared: Prepared, token?: string): Promise<Submitted>;
  submit(sample: OperationSample, options?: PrepareOptions): Promise<Submitted>;
  check(account: AccountAccess, handle: JsonObject, options?: StatusOptions): Promise<VideoStatusResult>;
  /** Checks until the generation has ended. */
  untilEnd(account: AccountAccess, handle: JsonObject): Promise<VideoStatusResult>;
  /** Generations that came about since a request was prepared. */
  generationsSince(prepared: Prepared): Promise<number>;
  /** Calls of an endpoint that the emulator has seen. */
  callsTo(endpoint: ProviderEndpoint): Promise<number>;
  /** Requests of any kind that the emulator has seen. */
  allCalls(): Promise<number>;
}

export interface PrepareOptions {
  readonly account?: AccountAccess;
  readonly fileFor?: (slot: InputSlot) => InputFile;
}

export async function createBench(provider: ProviderUnderTest): Promise<ConformanceBench> {
  const emulator = await provider.start();
  const adapter = provider.createAdapter({
    fetch: (input, init) => fetch(input, init),
    createUuid: () => crypto.randomUUID(),
  });
  const simplest = provider.samples.find((sample) => sample.operation === 'text_to_video');
  if (simplest === undefined) {
    throw new Error('The suite needs a sample of text_to_video.');
  }

  function map(operation: OperationType, params: JobParameters): MappedRequest {
    const result = adapter.mapParameters(operation, params);
    if (!result.ok) {
      throw new Error(`The sample is not valid: ${JSON.stringify(result.issues)}`);
    }
    return result.mapped;
  }

  async function prepare(sample: OperationSample, options: PrepareOptions = {}): Promise<Prepared> {
    const account = options.account ?? emulator.newAccount();
    const mapped = map(sample.operation, sample.params);
    const inputs = new Map<string, ResolvedInput>();
    for (const slot of mapped.slots) {
      const file = options.fileFor?.(slot) ?? sampleImage();
      const resolved = await adapter.resolveInput(account, slot, file);
      expectNoSecrets(account, resolved);
      expect(throughJson(resolved)).toEqual(resolved);
      inputs.set(slot.name, resolved);
    }
    const built = adapter.buildRequest(mapped, inputs, { account, webhookUrl: null });
    expectNoSecrets(account, built);
    // The request that is sent is the stored one: the endpoint lies in the database as a text.
    const request = { ...built, endpoint: readEndpoint(endpointText(built.endpoint)) };
    expect(request).toEqual(built);
    return { account, mapped, request, generationsBefore: await countGenerations() };
  }

  const countGenerations = async () => (await emulator.control.state()).generations.length;

  async function send(prepared: Prepared, token: string = crypto.randomUUID()): Promise<Submitted> {
    const { account, mapped, request } = prepared;
    const result = await adapter.execute(mapped.operation, account, request, token);
    expectNoSecrets(account, result);
    if (result.outcome !== 'accepted') {
      expectRecordSurvives(result.error);
    }
    return { ...prepared, token, result };
  }

  async function check(
    account: AccountAccess,
    handle: JsonObject,
    options?: StatusOptions,
  ): Promise<VideoStatusResult> {
    // A handle is read back from a database: it has to be whole after JSON.
    const stored = throughJson(handle);
    expect(isDeepStrictEqual(stored, handle)).toBe(true);
    const status = await adapter.checkStatus(account, stored, options);
    expectNoSecrets(account, status);
    return status;
  }

  return {
    provider,
    adapter,
    emulator,
    simplest,
    simplestWith: (params) => ({ ...simplest, params: { ...simplest.params, ...params } }),
    map,
    prepare,
    send,
    submit: async (sample, options) => send(await prepare(sample, options)),
    check,
    async untilEnd(account, handle) {
      for (let looks = 0; looks < maxLooks; looks += 1) {
        await emulator.settled();
        const result = await check(account, handle);
        if (result.status === 'completed' || result.status === 'failed' || result.status === 'filtered') {
          return result;
        }
      }
      throw new Error(`The generation has not ended after ${maxLooks} looks.`);
    },
    generationsSince: async ({ generationsBefore }) => (await countGenerations()) - generationsBefore,
    callsTo: async (endpoint) => (await emulator.control.state()).requests[endpointText(endpoint)] ?? 0,
    async allCalls() {
      const { requests } = await emulator.control.state();
      return Object.values(requests).reduce((sum, calls) => sum + calls, 0);
    },
  };
}

/** A result without what may differ from one answer to the next: the signature and the end of a link. */
export function withoutSignatures(result: VideoStatusResult): unknown {
  const outputs = result.outputs.map(({ url, mediaType }) => ({ mediaType, file: new URL(url).pathname }));
  return { ...result, outputs };
}

/** The handle of an accepted submission; fails the test when it was not accepted. */
export function handleOf({ result }: Submitted): JsonObject {
  if (result.outcome !== 'accepted') {
    throw new Error(`The submission was not accepted: ${result.error.code}, ${result.error.message}`);
  }
  return result.handle;
}

function expectRecordSurvives(error: ProviderCallError): void {
  const record = error.toRecord();
  expect(throughJson(record)).toEqual(record);
}

function throughJson<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
