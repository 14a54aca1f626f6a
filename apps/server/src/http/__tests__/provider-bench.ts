import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  Account,
  Asset,
  CreateJobRequest,
  Job,
  List,
  ProviderManifest,
  Quote,
} from '@pixsim7/contracts';
import { emulators } from '@pixsim7/emulators';
import type { Emulator } from '@pixsim7/emulators';
import { ProviderRegistry } from '@pixsim7/providers/contract';
import type { ProviderAdapter } from '@pixsim7/providers/contract';
import { createImageFile } from '@pixsim7/testkit/builders';
import { createEmulatorControl } from '@pixsim7/testkit/conformance';
import type { EmulatorControl, EmulatorState } from '@pixsim7/testkit/conformance';
import { openBench } from './http-bench.ts';
import type { HttpBench } from './http-bench.ts';
import { fileForm } from './media-forms.ts';

/** A provider next to those that ship: its adapter, and the emulator that stands in for it. */
export interface FurtherProvider {
  readonly adapter: ProviderAdapter;
  readonly emulator: {
    start(options: {
      readonly clock: () => number;
      readonly maxFrameRate?: number;
    }): ReturnType<Emulator['start']>;
    readonly credentials: Readonly<Record<string, string>>;
  };
}

/** The whole application, an emulator for every provider in the time of the bench, and an account at each. */
export interface ProviderBench extends HttpBench {
  readonly manifests: readonly ProviderManifest[];
  readonly accounts: ReadonlyMap<string, Account>;
  /** The control API of a provider's emulator. */
  control(providerId: string): EmulatorControl;
  generationOf(job: Job): Promise<EmulatorState['generations'][number] | undefined>;
  quote(request: CreateJobRequest): Promise<Quote>;
  createJob(request: CreateJobRequest): Promise<Job>;
  readJob(id: string): Promise<Job>;
  /** Runs everything that is due, to the end. @param look called before each step */
  run(look?: () => Promise<void>): Promise<void>;
  uploadImage(): Promise<Asset>;
  upload(bytes: Uint8Array, name: string): Promise<Asset>;
  closeAll(): Promise<void>;
}

export async function openProviderBench(further: readonly FurtherProvider[] = []): Promise<ProviderBench> {
  const stateDirectory = await mkdtemp(join(tmpdir(), 'pixsim7-providers-'));
  const bench = await openBench({
    change: ({ registry }) => {
      const all = new ProviderRegistry();
      for (const adapter of registry.list()) {
        all.register(adapter);
      }
      for (const { adapter } of further) {
        all.register(adapter);
      }
      return { registry: all };
    },
  });
  const { registry } = bench.dependencies;
  const clock = (): number => bench.system.now();
  const running = new Map<string, Awaited<ReturnType<Emulator['start']>>>();
  const accounts = new Map<string, Account>();
  for (const id of registry.ids()) {
    const emulator = emulators[id] ?? further.find(({ adapter }) => adapter.id === id)?.emulator;
    if (emulator === undefined) {
      throw new Error(`${id} has no emulator.`);
    }
    const stateDir = join(stateDirectory, id);
    const started = await emulator.start({ port: 0, stateDir, clock, maxFrameRate: 1 });
    running.set(id, started);
    const account = { provider_id: id, label: id, base_url: started.baseUrl };
    accounts.set(
      id,
      await bench.json<Account>('POST', '/api/v1/accounts', {
        json: { ...account, credentials: emulator.credentials },
      }),
    );
  }
  const served = registry.ids().map((id) => bench.json<ProviderManifest>('GET', `/api/v1/providers/${id}`));
  const idle = async (): Promise<void> => {
    await Promise.all([...running.values()].map((emulator) => emulator.whenIdle()));
  };

  function control(providerId: string): EmulatorControl {
    return createEmulatorControl(running.get(providerId)?.url ?? '');
  }

  async function upload(bytes: Uint8Array, name: string): Promise<Asset> {
    return bench.json('POST', '/api/v1/assets', { body: fileForm(bytes, name) });
  }

  return {
    ...bench,
    manifests: await Promise.all(served),
    accounts,
    control,
    async generationOf(job) {
      const path = `/api/v1/jobs/${job.id}/submissions`;
      const { data } = await bench.json<List<{ provider_job_id: string | null }>>('GET', path);
      const { generations } = await control(job.provider_id).state();
      return generations.find(({ id }) => id === data.at(-1)?.provider_job_id);
    },
    quote: (request) => bench.json('POST', '/api/v1/quotes', { json: request }),
    createJob: (request) => bench.json('POST', '/api/v1/jobs', { json: request }),
    readJob: (id) => bench.json('GET', `/api/v1/jobs/${id}`),
    run: (look = async () => undefined) =>
      bench.queue.runUntilIdle(async () => {
        await idle();
        await look();
      }),
    uploadImage: async () => upload(await createImageFile({ width: 640, height: 360 }), 'boat.png'),
    upload,
    async closeAll() {
      await idle();
      await Promise.all([...running.values()].map((emulator) => emulator.close()));
      await bench.close();
      await rm(stateDirectory, { recursive: true, force: true });
    },
  };
}
