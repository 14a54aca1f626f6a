import { describe, expect, it } from 'vitest';
import { createCallSequence } from './call-sequence.ts';
import { TransactionEndedError } from './errors.ts';

/** A call that is over when the test says so. */
function createGate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { call: () => opened, open: () => open() };
}

describe('the calls of a transaction', () => {
  it('run one after the other, in the order in which they were made', async () => {
    const calls = createCallSequence();
    const gate = createGate();
    const steps: string[] = [];
    const first = calls.run(async () => {
      steps.push('first starts');
      await gate.call();
      steps.push('first ends');
    });
    const second = calls.run(async () => {
      steps.push('second starts');
      return 'result';
    });
    await Promise.resolve();
    gate.open();
    await first;
    expect(await second).toBe('result');
    expect(steps).toEqual(['first starts', 'first ends', 'second starts']);
  });

  it('go on after one that failed', async () => {
    const calls = createCallSequence();
    const failing = calls.run(() => Promise.reject(new Error('refused')));
    const next = calls.run(() => Promise.resolve('fine'));
    await expect(failing).rejects.toThrow('refused');
    await expect(next).resolves.toBe('fine');
  });

  it('are over at the end: the running one is waited for, the others do not start', async () => {
    const calls = createCallSequence();
    const gate = createGate();
    const steps: string[] = [];
    const running = calls.run(async () => {
      await gate.call();
      steps.push('running ends');
    });
    await Promise.resolve();
    const waiting = calls.run(async () => steps.push('waiting starts'));
    const ended = calls.end().then(() => steps.push('ended'));
    gate.open();
    const results = await Promise.allSettled([running, waiting, ended]);
    expect(results[1]).toMatchObject({ reason: expect.any(TransactionEndedError) });
    expect(steps).toEqual(['running ends', 'ended']);
    await expect(calls.run(async () => steps.push('late'))).rejects.toBeInstanceOf(TransactionEndedError);
    expect(steps).not.toContain('late');
  });
});
