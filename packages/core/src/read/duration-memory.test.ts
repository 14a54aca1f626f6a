import { describe, expect, it } from 'vitest';
import type { WorkspaceId } from '@pixsim7/contracts';
import type { DurationSample, LikeJobs } from '../ports/index.ts';
import { DurationMemory } from './duration-memory.ts';

const like = (durationKey: string): LikeJobs => ({
  workspaceId: 'wsp_0000000000000000000000000a' as WorkspaceId,
  providerId: 'example',
  durationKey,
  sandbox: false,
});

const took = (...seconds: number[]): DurationSample[] =>
  seconds.map((each) => ({ seconds: each, unfinishedS: null }));

describe('the memory of durations', () => {
  it('forgets after ten seconds, and when the clock was set back', () => {
    let time = 100_000;
    const memory = new DurationMemory({ now: () => time });
    expect(memory.recall(like('a'))).toBeNull();
    memory.remember(like('a'), took(1, 2));
    time += 9_999;
    expect(memory.recall(like('a'))).toEqual(took(1, 2));
    time += 1;
    expect(memory.recall(like('a'))).toBeNull();
    time = 99_999;
    expect(memory.recall(like('a'))).toBeNull();
  });

  it('tells workspaces, providers, keys and sandboxes apart', () => {
    const memory = new DurationMemory({ now: () => 0 });
    memory.remember(like('a'), []);
    expect(memory.recall(like('a'))).toEqual([]);
    expect(memory.recall({ ...like('a'), sandbox: true })).toBeNull();
    expect(memory.recall({ ...like('a'), providerId: 'other' })).toBeNull();
    expect(memory.recall({ ...like('a'), workspaceId: 'wsp_b' as WorkspaceId })).toBeNull();
    expect(memory.recall(like('b'))).toBeNull();
  });

  it('keeps a thousand kinds, those that were read last', () => {
    const memory = new DurationMemory({ now: () => 0 });
    memory.remember(like('first'), took(1));
    memory.remember(like('second'), took(2));
    memory.remember(like('first'), took(3));
    for (let kind = 0; kind < 999; kind += 1) {
      memory.remember(like(String(kind)), []);
    }
    expect(memory.recall(like('second'))).toBeNull();
    expect(memory.recall(like('first'))).toEqual(took(3));
    memory.remember(like('last'), []);
    expect(memory.recall(like('first'))).toBeNull();
  });
});
