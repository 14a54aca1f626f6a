import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { accountEventTypes, assetEventTypes, jobEventTypes } from '@pixsim7/contracts';
import type {
  AccountEventData,
  AssetEventData,
  Event,
  EventData,
  EventType,
  Job,
  JobEventData,
  Scope,
} from '@pixsim7/contracts';
import type { Caller } from '@pixsim7/core';
import { buildEvent, buildId, builtCaller } from '@pixsim7/testkit/builders';
import { apiKey, openBench } from '../__tests__/http-bench.ts';
import type { HttpBench } from '../__tests__/http-bench.ts';
import { openStream } from '../__tests__/open-stream.ts';
import type { OpenStream } from '../__tests__/open-stream.ts';

/** A bound for what a real database takes, never a delay. */
const patience = { timeout: 10_000, interval: 5 };

let bench: HttpBench;

beforeEach(async () => {
  bench = await openBench();
});

afterEach(() => bench.close());

const buildListener = (scopes: readonly Scope[]): Caller => ({ ...builtCaller, scopes });

const oldJob: JobEventData = {
  job_id: buildId('job'),
  status: 'failed',
  stage: 'finished',
  wait: null,
  operation_type: 'fusion',
  provider_id: 'pixverse',
  account_id: buildId('account'),
  error: null,
  asset_ids: [],
  sequence: 7,
};
const oldAsset: AssetEventData = {
  asset_id: buildId('asset'),
  job_id: null,
  media_type: 'video',
  origin: 'uploaded',
  late_result: false,
};
const oldAccount: AccountEventData = {
  account_id: buildId('account'),
  provider_id: 'pixverse',
  status: 'cooldown',
  reason: 'Too many requests.',
  cooldown_until: '2026-01-01T12:00:00.000Z',
};

/** The members that events had when they told no more than how things stand. */
const eventsOfEarlierVersions: readonly (readonly [EventType, EventData])[] = [
  ...jobEventTypes.map((type) => [type, oldJob] as const),
  ...jobEventTypes.map((type) => [type, { ...oldJob, attention: null }] as const),
  ...assetEventTypes.map((type) => [type, oldAsset] as const),
  ...accountEventTypes.map((type) => [type, oldAccount] as const),
];

const createJob = (): Promise<Job> =>
  bench.json('POST', '/api/v1/jobs', {
    json: { operation_type: 'text_to_video', provider_id: 'pixverse', params: { prompt: 'a boat' } },
  });

const open = (path = '/api/v1/events', headers: Record<string, string> = {}): Promise<OpenStream> =>
  openStream(bench, path, headers);

describe('GET /api/v1/events', () => {
  it('tells proxies to keep nothing back, and clients when to come back', async () => {
    const stream = await open();
    expect(Object.fromEntries(stream.reply.headers)).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    });
    expect(await stream.next()).toBe('retry: 3000');
    await stream.close();
  });

  it('gives what happens from now on, with the sequence as its id', async () => {
    await createJob();
    await bench.core.events.publish();
    const stream = await open();
    await stream.next();
    const waiting = stream.event();
    const job = await createJob();
    const event = await waiting;
    expect(event).toMatchObject({
      event: 'job.created',
      data: { object: 'event', type: 'job.created', data: { job_id: job.id, status: 'pending' } },
    });
    expect(Number(event.id)).toBe(event.data.sequence);
    await stream.close();
  });

  it.each([
    ['the header', '/api/v1/events', { 'Last-Event-ID': '1' }],
    ['the query', '/api/v1/events?after=1', {}],
    ['the header before the query', '/api/v1/events?after=0', { 'Last-Event-ID': '1' }],
  ])('goes on after the number of %s', async (_, path, headers) => {
    for (let count = 0; count < 3; count += 1) {
      await createJob();
    }
    await bench.core.events.publish();
    const stream = await open(path, headers);
    await stream.next();
    expect([(await stream.event()).id, (await stream.event()).id]).toEqual(['2', '3']);
    await createJob();
    expect((await stream.event()).id).toBe('4');
    await stream.close();
  });

  it('can be about one job', async () => {
    await createJob();
    const job = await createJob();
    await createJob();
    const stream = await open(`/api/v1/events?after=0&job_id=${job.id}`);
    await stream.next();
    expect((await stream.event()).data.data).toMatchObject({ job_id: job.id });
    const waiting = stream.event();
    await bench.send('POST', `/api/v1/jobs/${job.id}/cancel`);
    expect(await waiting).toMatchObject({ event: 'job.cancelled', data: { data: { job_id: job.id } } });
    await stream.close();
  });

  it('sends a comment when nothing happens for 15 s', async () => {
    const stream = await open();
    await stream.next();
    const waiting = stream.next();
    await new Promise((resolve) => setImmediate(resolve));
    bench.system.advance(15_000);
    expect(await waiting).toBe(': heartbeat');
    await stream.close();
  });

  it('breaks off when the client takes nothing for a minute', async () => {
    for (let count = 0; count < 3; count += 1) {
      await createJob();
    }
    await bench.core.events.publish();
    const before = bench.system.timers;
    const reply = await bench.send('GET', '/api/v1/events?after=0');
    expect(bench.system.timers).toBe(before + 1);
    // The minute begins when the outbox was read, and nothing tells a test when that is.
    await vi.waitFor(() => {
      bench.system.advance(80_000);
      expect(bench.system.timers).toBe(before);
    }, patience);
    await expect(reply.text()).rejects.toThrow('does not read');
  });

  it('tells a client of a restored database to start over', async () => {
    const stream = await open('/api/v1/events', { 'Last-Event-ID': '1000000' });
    await stream.next();
    const { id, event, data } = await stream.event();
    expect(event).toBe('event_reset');
    expect(data).toMatchObject({ object: 'event_reset', after: 1_000_000, latest: Number(id) });
    await stream.close();
  });

  it('ends with the server', async () => {
    const stream = await open();
    await stream.next();
    const waiting = stream.next();
    await new Promise((resolve) => setImmediate(resolve));
    bench.stopping.abort();
    await expect(waiting).rejects.toThrow('has ended');
  });

  it('lets go of its timer when the client leaves', async () => {
    const before = bench.system.timers;
    const stream = await open();
    await stream.next();
    await new Promise((resolve) => setImmediate(resolve));
    expect(bench.system.timers).toBe(before + 1);
    await stream.close();
    await vi.waitFor(() => expect(bench.system.timers).toBe(before), patience);
  });

  it('opens nothing for HEAD', async () => {
    const before = bench.system.timers;
    const reply = await bench.send('HEAD', '/api/v1/events');
    expect([reply.status, reply.body]).toEqual([200, null]);
    expect(bench.system.timers).toBe(before);
  });

  it('leaves the names out when asked, so that a browser gives every event to onmessage', async () => {
    await createJob();
    await bench.core.events.publish();
    const stream = await open('/api/v1/events?named=false&after=0');
    await stream.next();
    expect(await stream.event()).toMatchObject({ id: '1', event: '', data: { type: 'job.created' } });
    await stream.close();
    const reset = await open('/api/v1/events?named=false', { 'Last-Event-ID': '1000000' });
    await reset.next();
    expect(await reset.event()).toMatchObject({ event: '', data: { object: 'event_reset' } });
    await reset.close();
  });

  it.each([
    ['/api/v1/events?named=no', {}, '/named'],
    ['/api/v1/events?after=-1', {}, '/after'],
    ['/api/v1/events?after=x', {}, '/after'],
    ['/api/v1/events?job_id=x', {}, '/job_id'],
    ['/api/v1/events', { 'Last-Event-ID': 'x' }, '/Last-Event-ID'],
  ])('refuses %s %j', async (path, headers, pointer) => {
    const problem = await bench.problem('GET', path, { headers });
    expect(problem).toMatchObject({ code: 'invalid_params', errors: [{ pointer }] });
  });
});

describe('events of earlier versions', () => {
  it.each(eventsOfEarlierVersions)('%s is served as it was written', async (type, data) => {
    const { id, ...written } = buildEvent({ type, data });
    await bench.database.transaction((transaction) => transaction.events.append({ id, ...written }));
    await bench.core.events.publish();
    const stream = await open('/api/v1/events?after=0');
    await stream.next();
    // Held against the reference on its way.
    expect((await stream.event()).data).toMatchObject({ id, type, data });
    await stream.close();
  });
});

describe('a key that may hear events and read nothing', () => {
  const listening = 'px7_a-key-that-only-listens';

  it('hears that something changed and how it stands, and nothing else', async () => {
    await bench.close();
    bench = await openBench({
      authenticate: async (key) =>
        key === apiKey ? builtCaller : key === listening ? buildListener(['events:read']) : null,
    });
    const job = await createJob();
    await bench.core.events.publish();
    const read = async (key: string): Promise<Event> => {
      const stream = await openStream(bench, '/api/v1/events?after=0', {}, key);
      await stream.next();
      const { data } = await stream.event();
      await stream.close();
      return data;
    };
    expect((await read(apiKey)).data).toMatchObject({ job_id: job.id, params: { prompt: 'a boat' } });
    const { data } = await read(listening);
    expect(data).toEqual({
      job_id: job.id,
      status: 'pending',
      stage: 'queued',
      wait: { reason: 'slot', detail: 'Waiting for a free slot.' },
      attention: null,
      operation_type: 'text_to_video',
      provider_id: 'pixverse',
      account_id: null,
      error: null,
      asset_ids: [],
      sequence: 1,
    });
  });
});

describe('a stream whose database fails', () => {
  it('does not begin when nobody can say where now is', async () => {
    await bench.database.close();
    expect((await bench.problem('GET', '/api/v1/events')).code).toBe('internal');
  });

  it('breaks off, and the log says why', async () => {
    const reply = await bench.send('GET', '/api/v1/events?after=0');
    await new Promise((resolve) => setImmediate(resolve));
    await bench.database.close();
    bench.system.advance(15_000);
    await expect(reply.text()).rejects.toThrow('closed');
    expect(bench.log).toContainEqual(expect.objectContaining({ message: 'event stream broke off' }));
  });
});
