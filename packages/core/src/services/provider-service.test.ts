import { describe, expect, it } from 'vitest';
import { createBench } from '@pixsim7/testkit/bench';
import { builtCaller } from '@pixsim7/testkit/builders';

describe('providers', () => {
  it('are listed with what they can do and how many accounts they have', async () => {
    const bench = createBench();
    await bench.addAccount();
    const removed = await bench.addAccount();
    await bench.core.accounts.remove(builtCaller, removed.id);
    await bench.addAccount({ providerId: 'another' });
    expect(await bench.core.providers.list(builtCaller)).toEqual([
      {
        id: 'simulated',
        object: 'provider',
        name: 'Simulated',
        operations: ['text_to_video', 'image_to_video', 'video_extend', 'video_transition', 'fusion'],
        models: ['dream-1'],
        accounts: 1,
      },
    ]);
  });

  it('show their manifest, and an unknown one says who is known', () => {
    const { core, provider } = createBench();
    expect(core.providers.manifest('simulated')).toBe(provider.manifest);
    expect(() => core.providers.manifest('nobody')).toThrow('Provider nobody not found. Known: simulated.');
  });
});
