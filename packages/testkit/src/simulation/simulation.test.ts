import { describe, expect, it } from 'vitest';
import type { History } from './history.ts';
import { simulate } from './simulate.ts';

describe('simulated histories', () => {
  it('are the same for the same seed', async () => {
    const [first, again] = [await simulate(12), await simulate(12)];
    expect(again.final).toEqual(first.final);
    expect(again.crashes).toEqual(first.crashes);
    expect(again.steps).toBe(first.steps);
    expect((await simulate(13)).steps).not.toBe(first.steps);
  });

  // A clock that was set hours forward and back, with processes that die within a tick of it.
  it.each([1139, 2489, 7296])('keep every invariant with seed %i, which once did not', async (seed) => {
    expect((await simulate(seed)).violations).toEqual([]);
  });

  it('keep every invariant, and see what they are there to see', async () => {
    const histories: History[] = [];
    for (let seed = 1; seed <= 150; seed += 1) {
      histories.push(await simulate(seed));
    }
    expect(
      histories.flatMap(({ seed, violations }) => violations.map((found) => ({ seed, ...found }))),
    ).toEqual([]);
    const jobs = histories.flatMap(({ final }) => final.jobs);
    const faults = new Set(histories.flatMap((history) => [...history.faults.keys()]));
    const crashedAt = histories.flatMap(({ crashes }) => crashes).join('\n');

    expect(new Set(jobs.map(({ status }) => status)).size).toBeGreaterThanOrEqual(4);
    expect(jobs.filter(({ status }) => status === 'completed').length).toBeGreaterThan(60);
    expect(jobs.some(({ stage }) => stage === 'needs_attention')).toBe(true);
    const routed = jobs.filter(({ route }) => route !== null);
    expect(new Set(routed.map(({ providerId }) => providerId)).size).toBe(2);
    const placesOf = new Map<string, Set<string>>();
    for (const { jobId, providerId } of histories.flatMap(({ final }) => final.submissions)) {
      placesOf.set(jobId, (placesOf.get(jobId) ?? new Set()).add(providerId));
    }
    const movedOn = routed.filter(({ id }) => (placesOf.get(id)?.size ?? 0) > 1);
    expect(movedOn.length).toBeGreaterThan(5);
    expect(movedOn.some(({ status }) => status === 'completed')).toBe(true);
    const overFiles = histories
      .flatMap(({ final }) => final.submissions)
      .filter(({ error }) => error?.code === 'input_rejected');
    expect(overFiles.length).toBeGreaterThan(10);
    expect(overFiles.some(({ jobId }) => movedOn.some(({ id }) => id === jobId))).toBe(true);
    expect(histories.some(({ final }) => final.assets.some(({ lateResult }) => lateResult))).toBe(true);
    expect(histories.some(({ logLines }) => logLines.some((line) => line.includes('balance differs')))).toBe(
      true,
    );
    const noRoom = histories.filter(({ errorsLogged }) =>
      errorsLogged.some((line) => line.startsWith('output not stored: no room')),
    );
    expect(noRoom.length).toBeGreaterThan(2);
    expect(noRoom.some(({ final }) => final.jobs.some(({ status }) => status === 'completed'))).toBe(true);
    const reasons = histories.flatMap(({ final }) =>
      final.events.map(({ data }) => ('reason' in data ? data.reason : null)),
    );
    expect(reasons.filter((reason) => reason?.includes('in a row failed')).length).toBeGreaterThan(5);
    expect(faults.size).toBeGreaterThanOrEqual(12);
    for (const place of [
      'before provider.execute',
      'after provider.execute',
      'after database.transaction',
      'before the commit',
      'outgoing',
      'media.convertImage',
    ]) {
      expect(crashedAt).toContain(place);
    }
  }, 300_000);
});
