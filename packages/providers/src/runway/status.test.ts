import { describe, expect, it } from 'vitest';
import type { RunwayTask } from './reply.ts';
import { cancelledByUs, readTask, taskStatuses } from './status.ts';

const answeredAt = Date.parse('2026-11-22T10:00:00Z');
const task = (status: string, facts: Partial<RunwayTask> = {}): RunwayTask => ({ id: 't', status, ...facts });
const read = (status: string, facts: Partial<RunwayTask> = {}) => readTask(task(status, facts), answeredAt);

describe('readTask', () => {
  it.each(['PENDING', 'THROTTLED'])('%s waits at Runway', (status) => {
    expect(read(status)).toEqual({
      status: 'pending',
      rawStatus: status,
      progress: null,
      queuePosition: null,
      outputs: [],
      error: null,
      credits: null,
    });
  });

  it.each([
    [0.42, 0.42],
    [0, 0],
    [1.2, 1],
    [-1, 0],
    [undefined, null],
  ])('RUNNING at %s is processing at %s', (progress, expected) => {
    expect(read('RUNNING', progress === undefined ? {} : { progress })).toMatchObject({
      status: 'processing',
      progress: expected,
    });
  });

  it('SUCCEEDED is completed, with links that live a day and the final cost', () => {
    expect(read('SUCCEEDED', { output: ['https://a/1.mp4?s'], cost: { credits: 60 } })).toMatchObject({
      status: 'completed',
      outputs: [{ url: 'https://a/1.mp4?s', mediaType: 'video', expiresAt: '2026-11-23T10:00:00.000Z' }],
      credits: 60,
      error: null,
    });
  });

  it('does not know when a link ends when it does not know when it began', () => {
    expect(readTask(task('SUCCEEDED', { output: ['https://a/1.mp4'] }), null).outputs).toMatchObject([
      { expiresAt: null },
    ]);
  });

  it.each([[undefined], [[]], [['']]])('SUCCEEDED with the output %j is not there yet', (output) => {
    expect(read('SUCCEEDED', output === undefined ? {} : { output })).toMatchObject({
      status: 'processing',
      rawStatus: 'SUCCEEDED:no-output',
      outputs: [],
    });
  });

  it('CANCELLED is cancelled, at the cost that the task names', () => {
    expect(read('CANCELLED', { cost: { credits: 12 } })).toMatchObject({ status: 'cancelled', credits: 12 });
    expect(read('CANCELLED')).toMatchObject({ status: 'cancelled', credits: null });
  });

  it.each(['RESTING', '', 'succeeded'])('%j is not known and ends nothing', (status) => {
    expect(read(status, { output: ['https://a/1.mp4'] })).toMatchObject({
      status: null,
      rawStatus: status,
      outputs: [],
      error: null,
    });
  });

  it('leaves no documented status out', () => {
    for (const status of taskStatuses) {
      expect(read(status).status).not.toBeNull();
    }
  });
});

it('a task that we deleted has a cost that nobody knows', () => {
  expect(cancelledByUs).toMatchObject({ status: 'cancelled', credits: null, error: null, outputs: [] });
});
