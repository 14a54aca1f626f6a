import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Account, Asset, Job, Lineage, List, Quote, Submission } from '@pixsim7/contracts';
import type { Database } from '@pixsim7/core';
import { startPixverseEmulator } from '@pixsim7/emulators';
import type { PixverseEmulator } from '@pixsim7/emulators';
import { createOutgoingHttp } from '@pixsim7/infra';
import { openTestDatabase } from '@pixsim7/infra/testing';
import { createImageFile } from '@pixsim7/testkit/builders';
import { openBench } from './__tests__/http-bench.ts';
import type { HttpBench } from './__tests__/http-bench.ts';
import { fileForm } from './__tests__/media-forms.ts';
import { openStream } from './__tests__/open-stream.ts';

const databases: readonly [string, () => Promise<Database | undefined>][] = [
  ['of the bench', async () => undefined],
  ['embedded', async () => (await openTestDatabase()).database],
];

/** One second at the lowest quality: the quickest video there is to render. */
const quick = { model: 'v6', quality: '360p', duration: 1 } as const;

describe.each(databases)('with the database %s', (_, openDatabase) => {
  let bench: HttpBench;
  let emulator: PixverseEmulator;
  let account: Account;

  beforeEach(async () => {
    const outgoing = createOutgoingHttp();
    const database = await openDatabase();
    bench = await openBench({
      ...(database === undefined ? {} : { database }),
      change: () => ({ outgoing }),
    });
    emulator = await startPixverseEmulator({
      maxFrameRate: 1,
      renderSeconds: [5, 5],
      credits: 1_000,
      clock: () => bench.system.now(),
    });
    account = await bench.json('POST', '/api/v1/accounts', {
      json: {
        provider_id: 'pixverse',
        label: 'Main',
        credentials: { api_key: `sk-${randomUUID()}` },
        base_url: emulator.baseUrl,
      },
    });
  });

  afterEach(async () => {
    await emulator.whenIdle();
    await emulator.close();
    await bench.close();
  });

  const create = (operation: string, params: object, more: object = {}): Promise<Job> =>
    bench.json('POST', '/api/v1/jobs', {
      json: { operation_type: operation, provider_id: 'pixverse', params, ...more },
    });
  const run = (): Promise<void> => bench.queue.runUntilIdle(() => emulator.whenIdle());
  const read = (id: string): Promise<Job> => bench.json('GET', `/api/v1/jobs/${id}`);

  it('makes a video from text, keeps it, and tells every step', async () => {
    const quote = await bench.json<Quote>('POST', '/api/v1/quotes', {
      json: {
        operation_type: 'text_to_video',
        provider_id: 'pixverse',
        params: { ...quick, prompt: 'a boat' },
      },
    });
    const created = await create('text_to_video', { ...quick, prompt: 'a boat' });
    await run();
    const job = await read(created.id);
    expect(job).toMatchObject({
      status: 'completed',
      stage: 'finished',
      account_id: account.id,
      error: null,
      credits: { quoted: quote.credits, charged: quote.credits, held: 0 },
      assets: [{ media_type: 'video', mime_type: 'video/mp4', state: 'stored', job_id: created.id }],
    });

    const { data: submissions } = await bench.json<List<Submission>>(
      'GET',
      `/api/v1/jobs/${job.id}/submissions`,
    );
    expect(submissions).toMatchObject([
      { number: 1, state: 'stored', account_id: account.id, endpoint: 'POST /video/text/generate' },
    ]);
    expect(submissions[0]?.payload_text).toContain('a boat');
    expect(submissions[0]?.credits.map(({ kind }) => kind)).toEqual(['hold', 'settle']);

    const video = await bench.send('GET', job.assets[0]?.content_url ?? '', {
      headers: { range: 'bytes=4-7' },
    });
    expect([video.status, await video.text()]).toEqual([206, 'ftyp']);
    const listed = await bench.json<List<Asset>>('GET', `/api/v1/assets?job_id=${job.id}`);
    expect(listed.data).toEqual(job.assets);

    await bench.core.events.publish();
    const stream = await openStream(bench, `/api/v1/events?after=0&job_id=${job.id}`);
    await stream.next();
    const told: { event: string; sequence: number }[] = [];
    while (told.at(-1)?.event !== 'job.completed') {
      const { event, data } = await stream.event();
      told.push({ event, sequence: data.sequence });
    }
    await stream.close();
    expect(new Set(told.map(({ event }) => event))).toEqual(
      new Set(['job.created', 'job.updated', 'asset.created', 'job.completed']),
    );
    expect(told.map(({ sequence }) => sequence)).toEqual(
      told.map(({ sequence }) => sequence).sort((a, b) => a - b),
    );
  });

  it('makes a video from an upload, then a longer one, and shows the lineage', async () => {
    const image = await bench.json<Asset>('POST', '/api/v1/assets', {
      body: fileForm(await createImageFile({ width: 640, height: 360 }), 'boat.png'),
    });
    const first = await create('image_to_video', { ...quick, prompt: 'it sails', image_url: image.id });
    await run();
    const [clip] = (await read(first.id)).assets;
    const second = await create('video_extend', { ...quick, prompt: 'on and on', video_url: clip?.id });
    await run();
    const job = await read(second.id);
    expect(job).toMatchObject({ status: 'completed', params: { video_url: clip?.id } });
    const lineage = await bench.json<Lineage>('GET', `/api/v1/assets/${job.assets[0]?.id}/lineage`);
    expect(lineage.nodes).toHaveLength(3);
    expect(lineage.edges).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ parent_id: image.id, child_id: clip?.id, relation: 'first_frame' }),
        expect.objectContaining({ parent_id: clip?.id, child_id: job.assets[0]?.id, relation: 'extends' }),
      ]),
    );
  });

  it('tells why a job failed and what it cost, and retries it as a new job', async () => {
    const { id } = await create('text_to_video', { ...quick, prompt: 'a boat [moderate]' });
    await run();
    const failed = await read(id);
    expect(failed).toMatchObject({
      status: 'failed',
      error: { code: 'output_moderated', class: 'ContentFilteredError', http_status: 451, charged: 'no' },
      credits: { held: 0 },
      assets: [],
    });
    const retried = await bench.json<Job>('POST', `/api/v1/jobs/${id}/retry`);
    expect(retried).toMatchObject({ retry_of: id, status: 'pending' });
    expect((await bench.json<List<Job>>('GET', '/api/v1/jobs?status=failed')).data).toHaveLength(1);
  });

  it('keeps every kind of text as it was sent', async () => {
    const prompt = 'größe 😀 \' " \\ % _ $1 <b> \u2028 \u0001';
    const created = await create(
      'text_to_video',
      { ...quick, prompt },
      { name: prompt, metadata: { 'a.b': prompt } },
    );
    expect(await read(created.id)).toMatchObject({
      name: prompt,
      params: { prompt },
      metadata: { 'a.b': prompt },
    });
    const search = await bench.json<List<Job>>('GET', `/api/v1/jobs?q=${encodeURIComponent('% _ $1')}`);
    expect(search.data.map(({ id }) => id)).toEqual([created.id]);
    expect((await bench.json<List<Job>>('GET', '/api/v1/jobs?q=%25x')).data).toEqual([]);
  });

  it.each([
    ['text that is no JSON', 'xx'],
    ['an id of nothing', Buffer.from('1|nothing').toString('base64url')],
    ['a character that no database stores', Buffer.from('1|\0').toString('base64url')],
    ['a year that no database has', Buffer.from('999999999999999|job_1').toString('base64url')],
  ])('a cursor of %s is no failure of ours', async (__, cursor) => {
    for (const path of ['/api/v1/jobs', '/api/v1/assets']) {
      const reply = await bench.send('GET', `${path}?cursor=${cursor}`);
      expect([200, 422]).toContain(reply.status);
    }
  });
});
