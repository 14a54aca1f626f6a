import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventTypes } from '@pixsim7/contracts';
import type { Account, Asset, EventType, Job, List } from '@pixsim7/contracts';
import { openStream } from '../../apps/server/src/http/__tests__/open-stream.ts';
import { openProviderBench } from '../../apps/server/src/http/__tests__/provider-bench.ts';
import type { ProviderBench } from '../../apps/server/src/http/__tests__/provider-bench.ts';

// Runs the code of the guide as it stands there, over the whole application: a page that follows events alone has to end
// with the same picture as one that asks for everything.

const guide = readFileSync(new URL('../../docs/guides/events.md', import.meta.url), 'utf8');
const [, snippet = ''] = /```js\n(.*?)```/su.exec(guide) ?? [];

type Facts = Readonly<Record<string, unknown>>;

interface Page {
  readonly jobs: ReadonlyMap<string, Facts>;
  readonly assets: ReadonlyMap<string, Facts>;
  readonly accounts: ReadonlyMap<string, Facts>;
}

/** Gives events to a page as the standard of EventSource says: only those without a name go to `onmessage`. */
class FollowedSource {
  onopen: (() => void) | null = null;
  onmessage: ((message: { readonly data: string }) => void) | null = null;
  readonly #listeners = new Map<string, (message: { readonly data: string }) => void>();

  addEventListener(name: string, listener: (message: { readonly data: string }) => void): void {
    this.#listeners.set(name, listener);
  }

  take(block: { readonly event: string; readonly data: unknown }): void {
    const message = { data: JSON.stringify(block.data) };
    if (block.event === '') {
      this.onmessage?.(message);
    } else {
      this.#listeners.get(block.event)?.(message);
    }
  }
}

const quick = { model: 'v6', quality: '360p', duration: 1 } as const;

let bench: ProviderBench;
let source: FollowedSource;
let path: string;
/** The last event that the page has. */
let heard: number;
let page: Page;
let seen: Set<EventType>;
let timesRead: number;

beforeEach(async () => {
  bench = await openProviderBench();
  seen = new Set();
  timesRead = 0;
  const opened: { readonly source: FollowedSource; readonly path: string }[] = [];
  page = runInNewContext(`${snippet}\n({ jobs, assets, accounts });`, {
    EventSource: class extends FollowedSource {
      constructor(path: string) {
        super();
        opened.push({ source: this, path });
      }
    },
    readAgain: () => {
      timesRead += 1;
    },
  }) as Page;
  const [first] = opened;
  if (first === undefined) {
    throw new Error('The code of the guide opens no stream.');
  }
  ({ source, path } = first);
  heard = 0;
}, 60_000);

afterEach(() => bench.closeAll());

/**
 * Gives the page everything that was told since, as to one that comes back: a stream that nobody reads for a minute is broken
 * off, and minutes pass here in a moment. Each event is held against the reference on its way.
 */
async function follow(): Promise<void> {
  await bench.core.events.publish();
  const latest = await bench.core.events.latestSequence();
  const stream = await openStream(bench, path, { 'Last-Event-ID': String(heard) });
  await stream.next();
  while (heard < latest) {
    const block = await stream.event();
    seen.add(block.data.type);
    source.take(block);
    heard = block.data.sequence;
  }
  await stream.close();
}

const text = (prompt: string, more: object = {}): Promise<Job> =>
  bench.createJob({
    operation_type: 'text_to_video',
    provider_id: 'pixverse',
    params: { ...quick, prompt },
    ...more,
  });

/** A job at a provider that knows no token and whose answer is lost. */
async function unanswered(): Promise<Job> {
  await bench
    .control('runway')
    .addFault({ match: { method: 'POST' }, action: 'drop_before_accept', times: 1 });
  const job = await bench.createJob({
    operation_type: 'text_to_video',
    provider_id: 'runway',
    params: { prompt: 'a paper boat', duration: 4 },
  });
  await bench.run();
  const waiting = await bench.readJob(job.id);
  expect(waiting).toMatchObject({ stage: 'needs_attention' });
  return waiting;
}

/** The members of a reply that a picture has too, as the picture has them. */
function inCommon(
  picture: Facts | undefined,
  reply: object,
): { readonly told: Facts; readonly asked: Facts } {
  if (picture === undefined) {
    throw new Error(`Nothing was told of ${JSON.stringify(reply)}.`);
  }
  // Nothing is left out of a reply and null in a picture, or the other way round.
  const plain = (facts: object): Facts =>
    Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== null));
  const names = Object.keys(plain(reply)).filter((name) => name in picture);
  const pick = (facts: Facts): Facts => Object.fromEntries(names.map((name) => [name, facts[name]]));
  // Values from a page in another context have other classes.
  return structuredClone({ told: pick(plain(picture)), asked: pick(plain(reply)) });
}

async function expectSameJobs(): Promise<void> {
  const { data } = await bench.json<List<Job>>('GET', '/api/v1/jobs?limit=100');
  expect(page.jobs.size).toBe(data.length);
  for (const job of data) {
    // The place in line is not told: it changes with other jobs.
    const { position: _, ...wait } = job.wait ?? {};
    const reply = { ...job, ...(job.wait === undefined ? {} : { wait }) };
    const { told, asked } = inCommon(page.jobs.get(job.id), reply);
    expect(Object.keys(asked)).toEqual(
      expect.arrayContaining(['status', 'credits', 'progress', 'assets', 'params', 'metadata', 'sequence']),
    );
    // Time goes on for a job that is not over.
    const isOver = job.completed_at !== null;
    expect(isOver ? told : { ...told, progress: null }).toEqual(
      isOver ? asked : { ...asked, progress: null },
    );
  }
}

async function expectSameAssets(): Promise<void> {
  const { data } = await bench.json<List<Asset>>('GET', '/api/v1/assets?limit=100');
  expect(page.assets.size).toBe(data.length);
  for (const asset of data) {
    const { told, asked } = inCommon(page.assets.get(asset.id), asset);
    expect(told).toEqual(asked);
    // All of it but the word that says what it is.
    expect(
      Object.keys(asset).filter((name) => !(name in asked) && asset[name as keyof Asset] !== null),
    ).toEqual(['object']);
  }
}

async function expectSameAccounts(): Promise<void> {
  const readable = bench.dependencies.registry
    .list()
    .filter((adapter) => adapter.balance !== undefined)
    .map(({ id }) => id);
  const { data } = await bench.json<List<Account>>('GET', '/api/v1/accounts');
  expect(page.accounts.size).toBe(data.length);
  for (const account of data) {
    const { balance, ...rest } = account;
    const picture = page.accounts.get(account.id);
    const { told, asked } = inCommon({ ...picture, balance: null }, rest);
    expect(told).toEqual(asked);
    const money = inCommon(picture?.['balance'] as Facts, balance);
    // A reading that says the same is not told.
    expect({ ...money.told, observed_at: null, drift: null }).toEqual({
      ...money.asked,
      observed_at: null,
      drift: null,
    });
    // Of the rest no balance can be read.
    expect('amount' in money.asked).toBe(readable.includes(account.provider_id));
  }
}

describe('a page that follows events alone', () => {
  it('has every job, asset and account as asking for them gives it', async () => {
    const image = await bench.uploadImage();
    const success = await text('a boat', { name: 'Boat', metadata: { shot: '12b' } });
    await bench.run();
    const [clip] = (await bench.readJob(success.id)).assets;
    await bench.createJob({
      operation_type: 'video_extend',
      provider_id: 'pixverse',
      params: { ...quick, prompt: 'on and on', video_url: clip?.id ?? '' },
    });
    await bench.createJob({
      operation_type: 'image_to_video',
      provider_id: 'auto',
      params: { prompt: 'it sails', image_url: image.id },
    });
    const failed = await text('a boat [moderate]');
    const refused = await text('a boat [refuse]');
    const unwanted = await text('never sent');
    await bench.send('POST', `/api/v1/jobs/${unwanted.id}/cancel`);
    await bench.run();
    await follow();
    await expectSameJobs();
    expect((await bench.readJob(failed.id)).status).toBe('failed');
    expect((await bench.readJob(refused.id)).status).toBe('failed');

    await bench.send('POST', `/api/v1/jobs/${failed.id}/retry`);
    await bench.send('DELETE', `/api/v1/assets/${clip?.id}`);
    await follow();
    await expectSameJobs();

    const { base_url: baseUrl } = bench.accounts.get('pixverse') ?? {};
    const extra = await bench.json<Account>('POST', '/api/v1/accounts', {
      json: {
        provider_id: 'pixverse',
        label: 'Second',
        credentials: { api_key: 'sk-other' },
        base_url: baseUrl,
      },
    });
    await bench.send('PATCH', `/api/v1/accounts/${extra.id}`, { json: { label: 'Off', enabled: false } });
    await follow();
    expect(page.accounts.get(extra.id)).toMatchObject({ label: 'Off', enabled: false });
    await bench.send('DELETE', `/api/v1/accounts/${extra.id}`);
    await bench.run();
    await follow();
    await expectSameJobs();
    await expectSameAssets();
    await expectSameAccounts();
    expect(timesRead).toBe(0);
    expect([...seen].sort()).toEqual(eventTypes.filter((type) => type !== 'job.needs_attention').sort());
  }, 120_000);

  it('hears what only a person can decide, and what came of each decision', async () => {
    const resent = await unanswered();
    await follow();
    expect(page.jobs.get(resent.id)).toMatchObject({
      stage: 'needs_attention',
      attention: { reason: 'outcome_unknown', actions: ['resend', 'give_up', 'cancel'] },
    });
    await expectSameJobs();
    await bench.send('POST', `/api/v1/jobs/${resent.id}/resolve`, { json: { action: 'resend' } });
    await bench.run();
    const givenUp = await unanswered();
    await bench.send('POST', `/api/v1/jobs/${givenUp.id}/resolve`, { json: { action: 'give_up' } });
    const cancelled = await unanswered();
    await bench.send('POST', `/api/v1/jobs/${cancelled.id}/cancel`);
    await bench.run();
    await unanswered();
    await follow();
    await expectSameJobs();
    // The first attempt may have cost something, and nobody knows.
    expect(page.jobs.get(resent.id)).toMatchObject({
      status: 'completed',
      credits: { charged: null, held: 0 },
    });
    expect(seen).toContain('job.needs_attention');
  }, 120_000);

  it('hears what a cancelled job cost in the end, and of its late video', async () => {
    const job = await text('a boat');
    await bench.run(async () => {
      const { stage } = await bench.readJob(job.id);
      if (stage !== 'generating') {
        return;
      }
      await bench.send('POST', `/api/v1/jobs/${job.id}/cancel`);
      await follow();
      expect(page.jobs.get(job.id)).toMatchObject({ status: 'cancelled', credits: { charged: null } });
    });
    await follow();
    await expectSameJobs();
    await expectSameAssets();
    const { credits, assets } = page.jobs.get(job.id) as Pick<Job, 'credits' | 'assets'>;
    expect(credits).toMatchObject({ held: 0, charged: credits.quoted });
    expect(assets).toMatchObject([{ late_result: true, state: 'stored' }]);
  }, 120_000);

  it('is told to read again where events are gone', () => {
    source.take({ event: '', data: { object: 'event_gap', after: 1, next: 4, detail: '' } });
    source.take({ event: '', data: { object: 'event_reset', after: 9, latest: 4, detail: '' } });
    expect(timesRead).toBe(2);
    source.onopen?.();
    expect(timesRead).toBe(3);
    expect(source.onopen).toBeNull();
  });
});

it('the guide explains every event', () => {
  expect(eventTypes.filter((type) => !guide.includes(`| \`${type}\` `))).toEqual([]);
});
