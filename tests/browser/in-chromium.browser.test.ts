import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Job } from '@pixsim7/contracts';
import { startServerProcess } from '@pixsim7/testkit/servers';
import type { RunningProgram } from '@pixsim7/testkit/servers';
import { TestClient } from '../support/client.ts';

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const apiKey = 'pxs_a-key-for-the-browser-tests-only-0000000';
const eventsGuide = new URL('../../docs/guides/events.md', import.meta.url);
const hasBrowser = existsSync(executablePath);

if (!hasBrowser && process.env['REQUIRE_BROWSER'] === '1') {
  throw new Error(`The browser suite must run, but there is no browser at ${executablePath}.`);
}

describe.skipIf(!hasBrowser)('in a real Chromium', () => {
  let browser: Browser;
  let page: Page;
  let server: RunningProgram;
  let client: TestClient;
  let directory = '';

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'pixsim7-browser-'));
    server = await startServerProcess({ DATA_DIR: directory, API_KEY: apiKey, SANDBOX: 'on' });
    client = new TestClient(() => server.ready, apiKey);
    browser = await chromium.launch({
      executablePath,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--disable-background-networking',
        '--disable-sync',
      ],
    });
    page = await browser.newPage();
  });

  afterAll(async () => {
    await browser.close();
    await server.terminate();
    await rm(directory, { recursive: true, force: true });
  });

  async function finished(job: Job): Promise<Job> {
    for (let asked = 0; asked < 120; asked += 1) {
      const now = await client.job(job.id);
      if (now.completed_at !== null) {
        return now;
      }
      await sleep(500);
    }
    throw new Error(`${job.id} did not end.`);
  }

  it('plays a video with the size and the length that were asked for', async () => {
    const job = await finished(
      await client.createJob(
        {
          operation_type: 'text_to_video',
          provider_id: 'pixverse',
          params: { prompt: 'a paper boat', quality: '360p', aspect_ratio: '16:9', duration: 5 },
        },
        'browser-1',
      ),
    );
    const asset = job.assets[0];
    if (asset === undefined) {
      throw new Error('The job has no asset.');
    }
    const bytes = Buffer.from(await (await client.request(asset.content_url)).arrayBuffer()).toString(
      'base64',
    );
    await page.goto('about:blank');
    const played = await page.evaluate(async (base64) => {
      const video = document.createElement('video');
      video.muted = true;
      video.src = `data:video/mp4;base64,${base64}`;
      document.body.append(video);
      await video.play();
      await new Promise((resolve) => {
        video.addEventListener('timeupdate', () => {
          if (video.currentTime > 0.5) {
            resolve(null);
          }
        });
      });
      return { width: video.videoWidth, height: video.videoHeight, duration: video.duration };
    }, bytes);
    expect({ width: played.width, height: played.height }).toEqual({ width: 640, height: 360 });
    expect(played.duration).toBeCloseTo(5, 1);
    if (process.env['SCREENSHOTS'] !== undefined) {
      await page.screenshot({ path: join(process.env['SCREENSHOTS'], 'video.png') });
    }
  });

  it('makes a video with the first click in the API docs, and saves it', async () => {
    const open = async (tag: string, operation: string): Promise<string> => {
      const block = `#operations-${tag}-${operation}`;
      await page.locator(`${block} .opblock-summary`).first().click();
      return block;
    };
    const status = (block: string) =>
      page.locator(`${block} .live-responses-table tbody .response-col_status`).first();
    await page.goto(`${server.ready}/docs`);
    await page.locator('.auth-wrapper button.authorize').first().click();
    expect(await page.locator('.auth-container').first().innerText()).toContain('cat data/api-key');
    await page.locator('.auth-container input').first().fill(apiKey);
    await page.locator('.auth-btn-wrapper button.authorize').first().click();
    await page.locator('.auth-btn-wrapper button.btn-done').first().click();

    const create = await open('Jobs', 'createJob');
    await page.locator(`${create} button.execute`).click();
    await status(create).waitFor();
    expect(await status(create).innerText()).toMatch(/^201/u);
    const body = await page.locator(`${create} .live-responses-table .microlight`).first().innerText();
    const job = await finished(JSON.parse(body) as Job);

    const content = await open('Assets', 'getAssetContent');
    await page.locator(`${content} tr[data-param-name="id"] input`).fill(job.assets[0]?.id ?? '');
    await page.locator(`${content} button.execute`).click();
    await status(content).waitFor();
    expect(await status(content).innerText()).toMatch(/^200/u);
    if (process.env['SCREENSHOTS'] !== undefined) {
      await page.screenshot({ path: join(process.env['SCREENSHOTS'], 'docs-video.png') });
    }
    expect(await page.locator(`${content} .live-responses-table`).innerText()).toContain('Download file');
  });

  it('gives every event to onmessage, and needs nothing else to show a job', async () => {
    const [, code = ''] = /```js\n(.*?)```/su.exec(readFileSync(eventsGuide, 'utf8')) ?? [];
    // A page of the reader, who adds the key on the way, with its own policy for scripts.
    const own = await browser.newPage({
      bypassCSP: true,
      extraHTTPHeaders: { authorization: `Bearer ${apiKey}` },
    });
    try {
      await own.goto(`${server.ready}/docs`);
      await own.evaluate(
        `const readAgain = () => undefined; ${code}; Object.assign(globalThis, { jobs, source });`,
      );
      await own.waitForFunction('source.readyState === EventSource.OPEN');
      const job = await finished(
        await client.createJob(
          {
            operation_type: 'text_to_video',
            provider_id: 'pixverse',
            params: { prompt: 'a paper boat', quality: '360p', duration: 5 },
          },
          'browser-events',
        ),
      );
      await own.waitForFunction(`jobs.get('${job.id}')?.status === 'completed'`);
      const shown = (await own.evaluate(`jobs.get('${job.id}')`)) as Job;
      const { params, credits, assets, progress, sequence } = job;
      expect(shown).toMatchObject({ params, credits, assets, progress, sequence });
    } finally {
      await own.close();
    }
  });

  it('shows the API docs without anything from another host', async () => {
    const foreign: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(server.ready) && !/^(data|blob):/u.test(request.url())) {
        foreign.push(request.url());
      }
    });
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto(`${server.ready}/`);
    await page.getByRole('link', { name: 'API reference' }).click();
    await page.getByText('/api/v1/jobs', { exact: true }).first().waitFor();
    if (process.env['SCREENSHOTS'] !== undefined) {
      await page.screenshot({ path: join(process.env['SCREENSHOTS'], 'docs.png') });
    }
    expect(foreign).toEqual([]);
    expect(errors).toEqual([]);
  });
});
