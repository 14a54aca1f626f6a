import { beforeEach, describe, expect, it } from 'vitest';
import type { TroubleCode } from '@pixsim7/contracts';
import { createManualSystem } from '../http/__tests__/manual-system.ts';
import type { ManualSystem } from '../http/__tests__/manual-system.ts';
import { stoppedBy, works } from './part-state.ts';
import type { PartState } from './part-state.ts';
import { createServerWatch } from './server-watch.ts';
import type { ServerWatch } from './server-watch.ts';

const stopped = (code: TroubleCode): PartState =>
  stoppedBy({ code, summary: 'Redis has trouble.', reason: 'its own words', advice: 'Mend it.' });

describe('the watch', () => {
  let system: ManualSystem;
  let lines: [string, Record<string, unknown>, string][];
  let redis: PartState;
  let looks: number;
  let watch: ServerWatch;

  beforeEach(() => {
    system = createManualSystem();
    lines = [];
    redis = works;
    looks = 0;
    const log = (level: string) => (fields: Record<string, unknown>, message: string) =>
      void lines.push([level, fields, message]);
    watch = createServerWatch(
      {
        database: async () => works,
        redis: async () => {
          looks += 1;
          return redis;
        },
        storage: async () => works,
      },
      {
        system,
        logger: { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') },
      },
    );
  });

  const lookAfter = async (ms: number): Promise<void> => {
    system.advance(ms);
    await watch.look();
  };

  it('says in the log when trouble begins, changes and ends, and nothing in between', async () => {
    await watch.look();
    redis = stopped('rights_missing');
    for (let look = 0; look < 5; look += 1) {
      await lookAfter(1_000);
    }
    redis = stopped('memory_full');
    await lookAfter(1_000);
    redis = works;
    await lookAfter(1_000);
    await lookAfter(1_000);
    const told = { part: 'redis', state: 'refused', reason: 'its own words', advice: 'Mend it.' };
    expect(lines).toEqual([
      ['error', { ...told, code: 'rights_missing' }, 'Redis has trouble.'],
      ['error', { ...told, code: 'memory_full' }, 'Redis has trouble.'],
      ['info', { part: 'redis', was: 'memory_full' }, 'works again'],
    ]);
  });

  it('looks by itself every five seconds, until it is stopped', async () => {
    const stop = watch.start();
    for (let second = 0; second < 20; second += 1) {
      system.advance(1_000);
      await Promise.resolve();
    }
    expect(looks).toBe(4);
    stop();
    system.advance(60_000);
    expect(looks).toBe(4);
  });

  it('looks anew after the clock was set back', async () => {
    await watch.look();
    system.advance(-3_600_000);
    await watch.look();
    expect(looks).toBe(2);
  });
});
