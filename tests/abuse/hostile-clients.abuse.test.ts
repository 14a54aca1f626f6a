import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Account, Job } from '@pixsim7/contracts';
import { control, emulatorState } from '../support/client.ts';
import { chooseSeed, createRandom } from '../support/random.ts';
import { report } from '../support/report.ts';
import { floodRequest, floods } from './floods.ts';
import { mutateRequest } from './mutate-request.ts';
import type { WireReply, WireRequest } from './send.ts';
import { apiKey, startServerUnderAbuse } from './server-under-abuse.ts';
import type { ServerUnderAbuse, Stall } from './server-under-abuse.ts';
import { openSlowly } from './slow-connections.ts';
import { templatesFor } from './templates.ts';

/** ABUSE_INPUTS makes a longer run. The API key may send 100 requests a second, so 3,000 take half a minute. */
const inputs = Number(process.env['ABUSE_INPUTS'] ?? 3_000);
const senders = 8;
const maxStallMs = 250;
/** Slowest bound: a body may be silent for 30 s. The rest is for a busy machine. */
const maxSlowMs = 40_000;
/** Of a container of 512 MB. */
const maxMemoryMb = 512;
/** Above every error reply: 20 errors with pointers of up to 32 keys of 200 characters. */
const maxReplyBytes = 200_000;
const authorization = `Bearer ${apiKey}`;

let server: ServerUnderAbuse;
let account: Account;
let firstJob: Job;
/** Jobs whose creation was answered with 2xx. Nothing else may be paid. */
const accepted = new Set<string>();
let sent = 0;
let serverErrors = 0;
let paidByRefused = 0;
const longest = { delayMs: 0, busyMs: 0 };

beforeAll(async () => {
  server = await startServerUnderAbuse();
  [account] = (await server.client.accounts()) as [Account];
  firstJob = await server.client.createJob(
    { operation_type: 'text_to_video', provider_id: 'pixverse', params: { prompt: 'the first' } },
    'abuse-first',
  );
  accepted.add(firstJob.id);
});

afterAll(async () => {
  report(
    `abuse: ${sent} inputs, ${serverErrors} answered with 5xx, longest stall ${inWords(longest)}, ` +
      `peak memory ${await server.peakMemoryMb()} MB, ${paidByRefused} generations paid by refused requests`,
  );
  await server.close();
});

beforeEach(async () => {
  // Forget the stalls of the start and of the test before.
  await server.longestStall();
});

afterEach(async () => {
  await expectHealthy();
  await expectOnlyAcceptedJobsPaid();
});

async function send(wire: WireRequest): Promise<WireReply> {
  const reply = await server.send(wire);
  sent += 1;
  if (reply.status >= 500) {
    serverErrors += 1;
    report(`${wire.method} ${wire.path.slice(0, 200)}: ${reply.status} ${reply.text.slice(0, 500)}`);
  }
  if (reply.status >= 200 && reply.status < 300 && wire.method === 'POST') {
    const { object, id } = JSON.parse(reply.text) as { object?: string; id: string };
    if (object === 'job') {
      accepted.add(id);
    }
  }
  return reply;
}

async function longestStall(): Promise<Stall> {
  const stall = await server.longestStall();
  longest.delayMs = Math.max(longest.delayMs, stall.delayMs);
  longest.busyMs = Math.max(longest.busyMs, stall.busyMs);
  return stall;
}

function inWords({ delayMs, busyMs }: Stall): string {
  return `${Math.round(busyMs)} ms (${Math.round(delayMs)} ms with other programs)`;
}

async function expectHealthy(): Promise<void> {
  const stall = await longestStall();
  expect(stall.busyMs).toBeLessThan(maxStallMs);
  expect(await server.peakMemoryMb()).toBeLessThan(maxMemoryMb);
  expect(serverErrors).toBe(0);
  expect((await fetch(`${server.url}/health`)).status).toBe(200);
}

/** Every job of the server was accepted, and every generation of the provider belongs to one of them. */
async function expectOnlyAcceptedJobsPaid(): Promise<void> {
  const jobs = await server.client.jobs();
  expect(jobs.map(({ id }) => id).filter((id) => !accepted.has(id))).toEqual([]);
  const paid = new Set<string>();
  for (const { id, stage } of jobs) {
    if (stage === 'queued') {
      continue;
    }
    for (const { provider_job_id } of await server.client.submissions(id)) {
      paid.add(provider_job_id ?? '');
    }
  }
  const { generations } = await emulatorState(server.emulatorUrl);
  const others = generations.map(({ id }) => id).filter((id) => !paid.has(id));
  paidByRefused = Math.max(paidByRefused, others.length);
  expect(others).toEqual([]);
}

describe('the server, with a heap of 256 MB', () => {
  it('does not read an endless reply of a provider, and pays once', async () => {
    await control(server.emulatorUrl, 'faults', { match: { method: 'POST' }, action: 'endless', times: 2 });
    const job = await server.client.createJob(
      { operation_type: 'text_to_video', provider_id: 'pixverse', params: { prompt: 'endless' } },
      'abuse-endless',
    );
    accepted.add(job.id);
    await expect
      .poll(async () => (await server.client.job(job.id)).stage, { timeout: 120_000, interval: 500 })
      .toBe('generating');
    const submissions = await server.client.submissions(job.id);
    const { generations } = await emulatorState(server.emulatorUrl);
    const ids = submissions.map(({ provider_job_id }) => provider_job_id);
    expect(generations.filter(({ id }) => ids.includes(id))).toHaveLength(1);
  });

  it('answers thousands of mutated requests without a 5xx', async () => {
    const seed = chooseSeed();
    report(`abuse: KILL_SEED=${seed}`);
    const random = createRandom(seed);
    const templates = templatesFor({ account: account.id, job: firstJob.id });
    const statuses = new Map<number, number>();
    let left = inputs;
    let slowest = { tookMs: 0, what: '' };
    async function keepSending(): Promise<void> {
      while (left > 0) {
        left -= 1;
        const wire = mutateRequest(random.pick(templates), authorization, random);
        const reply = await send(wire);
        statuses.set(reply.status, (statuses.get(reply.status) ?? 0) + 1);
        if (reply.tookMs > slowest.tookMs) {
          const { method, path, body } = wire;
          slowest = {
            tookMs: reply.tookMs,
            what: `${method} ${path.slice(0, 100)} (${body?.length ?? 0} bytes)`,
          };
        }
        expect(reply.text.length).toBeLessThan(maxReplyBytes);
        if (reply.status >= 400) {
          expectProblem(wire, reply);
        }
      }
    }
    await Promise.all(Array.from({ length: senders }, keepSending));
    report(`abuse: ${JSON.stringify(Object.fromEntries([...statuses].sort(([a], [b]) => a - b)))}`);
    report(`abuse: slowest ${Math.round(slowest.tookMs)} ms: ${slowest.what}`);
    // Mutations that never pass, or always pass, test one half of the server.
    expect(statuses.get(422)).toBeGreaterThan(inputs / 20);
    expect(statuses.get(201) ?? statuses.get(202)).toBeGreaterThan(0);
  });

  it.each(floods)('survives $name, six at once', async (flood) => {
    const wire = floodRequest(flood, authorization);
    const replies = await Promise.all(Array.from({ length: 6 }, () => send(wire)));
    const stall = await longestStall();
    const slowestMs = Math.max(...replies.map(({ tookMs }) => tookMs));
    const longestReply = Math.max(...replies.map(({ text }) => text.length));
    report(
      `abuse: ${flood.name}: ${replies.map(({ status }) => status).join(' ')}, slowest ${Math.round(slowestMs)} ms, ` +
        `longest reply ${longestReply} bytes, stall ${inWords(stall)}, peak memory ${await server.peakMemoryMb()} MB`,
    );
    // 0: the server closed the connection while the client still sent, before it read the refusal.
    for (const { status } of replies) {
      expect([0, flood.status]).toContain(status);
    }
    expect(longestReply).toBeLessThan(maxReplyBytes);
    expect(stall.busyMs).toBeLessThan(maxStallMs);
  });

  it('answers others while hundreds of connections are slow, and closes those in time', async () => {
    const head = 'POST /api/v1/jobs HTTP/1.1\r\nHost: a\r\n';
    const body = `${head}Authorization: ${authorization}\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{`;
    const slow = [
      ...Array.from({ length: 150 }, () => openSlowly(server.url, '', '')),
      ...Array.from({ length: 150 }, () => openSlowly(server.url, head, 'X-A: b\r\n')),
      ...Array.from({ length: 75 }, () => openSlowly(server.url, body, '')),
    ];
    const over = new AbortController();
    let slowestMs = 0;
    const others = (async () => {
      while (!over.signal.aborted) {
        const reply = await send({
          method: 'GET',
          path: '/api/v1/jobs?limit=1',
          headers: [['Authorization', authorization]],
          body: null,
        });
        expect(reply.status).toBe(200);
        slowestMs = Math.max(slowestMs, reply.tookMs);
        await sleep(100);
      }
    })();
    const ends = await Promise.all(slow.map(({ ended }) => ended));
    over.abort();
    await others;
    const lastMs = Math.max(...ends.map(({ afterMs }) => afterMs));
    const answered = ends.filter(({ reply }) => reply.startsWith('HTTP/1.1 408')).length;
    report(
      `abuse: ${slow.length} slow connections, the last closed after ${Math.round(lastMs)} ms, ${answered} told 408, ` +
        `slowest request of others ${Math.round(slowestMs)} ms`,
    );
    expect(lastMs).toBeLessThan(maxSlowMs);
    expect(answered).toBeGreaterThan(slow.length / 2);
    expect(slowestMs).toBeLessThan(2_000);
  });
});

/** A refusal is problem+json with its own status and up to 20 errors. A failure shows the request. */
function expectProblem({ method, path }: WireRequest, { status, headers, text }: WireReply): void {
  if (method === 'HEAD') {
    return;
  }
  const request = `${method} ${path.slice(0, 200)}: ${status} ${text.slice(0, 500)}`;
  const isProblem = headers['content-type']?.includes('application/problem+json') === true;
  const problem = isProblem ? (JSON.parse(text) as { status: number; errors: unknown[] }) : null;
  expect({ request, status: problem?.status, tooMany: (problem?.errors.length ?? 0) > 20 }).toEqual({
    request,
    status,
    tooMany: false,
  });
}
