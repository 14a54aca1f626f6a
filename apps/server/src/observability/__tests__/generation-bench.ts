import type { Account, Job } from '@pixsim7/contracts';
import { startPixverseEmulator } from '@pixsim7/emulators';
import type { PixverseEmulator } from '@pixsim7/emulators';
import { createOutgoingHttp } from '@pixsim7/infra';
import { openBench } from '../../http/__tests__/http-bench.ts';
import type { BenchOptions, HttpBench } from '../../http/__tests__/http-bench.ts';

/** The key of the emulated provider: what no log line, metric or span may contain. */
export const providerKey = 'sk-distinctive-provider-key-91c4';

/** The whole application with an emulated provider behind it, in the time of the bench. */
export interface GenerationBench extends HttpBench {
  readonly emulator: PixverseEmulator;
  readonly account: Account;
  /** Runs everything that is due, to the end. */
  run(): Promise<void>;
  createJob(prompt: string): Promise<Job>;
  metricLines(): Promise<string[]>;
  closeAll(): Promise<void>;
}

export async function openGenerationBench(options: BenchOptions = {}): Promise<GenerationBench> {
  const outgoing = createOutgoingHttp();
  const bench = await openBench({ change: () => ({ outgoing }), ...options });
  const emulator = await startPixverseEmulator({
    maxFrameRate: 1,
    renderSeconds: [5, 5],
    credits: 1_000,
    clock: () => bench.system.now(),
  });
  const account = await bench.json<Account>('POST', '/api/v1/accounts', {
    json: {
      provider_id: 'pixverse',
      label: 'Main',
      credentials: { api_key: providerKey },
      base_url: emulator.baseUrl,
    },
  });
  return {
    ...bench,
    emulator,
    account,
    run: () => bench.queue.runUntilIdle(() => emulator.whenIdle()),
    createJob: (prompt) =>
      bench.json<Job>('POST', '/api/v1/jobs', {
        json: {
          operation_type: 'text_to_video',
          provider_id: 'pixverse',
          // One second at the lowest quality: the quickest video there is to render.
          params: { model: 'v6', quality: '360p', duration: 1, prompt },
        },
      }),
    metricLines: async () => (await (await bench.send('GET', '/metrics')).text()).split('\n'),
    closeAll: async () => {
      await emulator.whenIdle();
      await emulator.close();
      await bench.close();
      await outgoing.close();
    },
  };
}
