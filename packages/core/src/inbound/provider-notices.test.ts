import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { SubmissionId } from '@pixsim7/contracts';
import { ProviderUnavailableError } from '@pixsim7/providers/contract';
import type { WebhookReceiver } from '@pixsim7/providers/contract';
import { answers, createBench, createFakeProvider, refusals } from '@pixsim7/testkit/bench';
import type { Bench } from '@pixsim7/testkit/bench';
import { builtCaller } from '@pixsim7/testkit/builders';
import { createCore } from '../core.ts';
import type { AccountRow } from '../model/index.ts';

const saidParse: WebhookReceiver['parse'] = async (_account, { body }) =>
  JSON.parse(new TextDecoder().decode(body)) as never;

/** A receiver whose deliveries are JSON: what they say is what it says. */
const receiver = {
  acknowledgement: { contentType: 'text/plain', body: 'taken' },
  parse: vi.fn<WebhookReceiver['parse']>(saidParse),
};

let bench: Bench;
let account: AccountRow;
beforeEach(async () => {
  bench = createBench();
  Object.assign(bench.provider, { webhook: receiver });
  receiver.parse.mockClear().mockImplementation(saidParse);
  account = await bench.addAccount();
});

const notice = (providerJobId: string, changes: object = {}) => ({
  outcome: 'notice',
  providerJobId,
  deliveryId: `delivery of ${providerJobId}`,
  handle: { id: providerJobId },
  ...changes,
});

function receive(
  said: object,
  changes: { token?: string; submissionId?: string | null; provider?: string } = {},
) {
  const { token = account.webhookToken, submissionId = null, provider = bench.provider.id } = changes;
  return bench.core.notices.receive({
    providerId: provider,
    token,
    submissionId,
    read: async () => ({ headers: {}, body: new TextEncoder().encode(JSON.stringify(said)) }),
  });
}

/** A request that was sent and whose answer nobody saw. */
async function unanswered(): Promise<SubmissionId> {
  bench.provider.execute.mockResolvedValueOnce(answers.unanswered(refusals.noAnswer()));
  const attempt = await bench.acceptedAttempt();
  expect(attempt.state).toBe('unknown');
  bench.queue.take();
  return attempt.id;
}

describe('an address', () => {
  it.each([
    ['of an unknown provider', { provider: 'nobody' }],
    ['with another token', { token: '0'.repeat(32) }],
    ['with a part of the token', { token: '0' }],
  ])('%s is nobody’s, and its body is not even read', async (_, changes) => {
    await expect(receive(notice('1'), changes)).rejects.toMatchObject({ code: 'not_found' });
    expect(receiver.parse).not.toHaveBeenCalled();
  });

  it('of a removed account is nobody’s', async () => {
    await bench.core.accounts.remove(builtCaller, account.id);
    await expect(receive(notice('1'))).rejects.toMatchObject({ code: 'not_found' });
  });

  it('of a provider without webhooks is nobody’s', async () => {
    Object.assign(bench.provider, { webhook: undefined });
    await expect(receive(notice('1'))).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('a delivery', () => {
  it('that is not believed changes nothing', async () => {
    const attempt = await bench.acceptedAttempt();
    bench.queue.take();
    const commits = await bench.commitsDuring(async () => {
      const delivery = receive({ outcome: 'refused', reason: 'wrong_signature' });
      await expect(delivery).rejects.toMatchObject({ code: 'delivery_refused', status: 401 });
    });
    expect(commits).toBe(0);
    expect(bench.queue.take()).toEqual([]);
    expect((await bench.submission(attempt.id)).state).toBe('accepted');
  });

  it('that cannot be checked is to be sent again', async () => {
    receiver.parse.mockRejectedValueOnce(
      new ProviderUnavailableError({
        code: 'provider_unavailable',
        message: 'The keys could not be fetched.',
        retry: 'later',
        accountEffect: 'none',
        charged: 'no',
      }),
    );
    await expect(receive(notice('1'))).rejects.toMatchObject({ code: 'unavailable', retryable: true });
    expect((await bench.account(account.id)).webhookSeenAt).toBeNull();
  });

  it('wakes the check of its job and writes nothing else about it', async () => {
    const attempt = await bench.acceptedAttempt();
    bench.queue.take();
    expect(await receive(notice('provider-job-1'))).toEqual(receiver.acknowledgement);
    expect(bench.queue.take()).toEqual([{ step: 'check', id: attempt.id, runAt: bench.system.now() }]);
    expect(await bench.submission(attempt.id)).toEqual(attempt);
    expect((await bench.account(account.id)).webhookSeenAt).toBe(bench.system.now());
  });

  it('that is repeated is acknowledged and has no effect', async () => {
    await bench.acceptedAttempt();
    await receive(notice('provider-job-1'));
    bench.queue.take();
    const commits = await bench.commitsDuring(async () => {
      expect(await receive(notice('provider-job-1'))).toEqual(receiver.acknowledgement);
    });
    expect([commits, bench.queue.take()]).toEqual([0, []]);
  });

  it('about a job that is not ours is acknowledged', async () => {
    expect(await receive(notice('of another program'))).toEqual(receiver.acknowledgement);
    expect(bench.queue.take().filter(({ step }) => step === 'check')).toEqual([]);
  });

  it('is remembered for a week', async () => {
    await receive(notice('1'));
    const isKnown = () => bench.read(({ accounts }) => accounts.hasDelivery(account.id, 'delivery of 1'));
    bench.system.advance(7 * 24 * 3_600_000);
    await bench.core.retention.run({ events: 30, details: 90 }, new AbortController().signal);
    expect(await isKnown()).toBe(true);
    bench.system.advance(1);
    await bench.core.retention.run({ events: 30, details: 90 }, new AbortController().signal);
    expect(await isKnown()).toBe(false);
  });
});

describe('a delivery about an unanswered request', () => {
  it('settles it as accepted, once, and nothing is sent again', async () => {
    const id = await unanswered();
    await receive(notice('job-9'), { submissionId: id });
    expect(await bench.submission(id)).toMatchObject({
      state: 'accepted',
      providerJobId: 'job-9',
      handle: { id: 'job-9' },
      error: null,
    });
    expect(bench.queue.take()).toContainEqual({ step: 'check', id, runAt: bench.system.now() });
    bench.system.advance(60_000);
    await bench.run('submit', id);
    expect(bench.provider.execute).toHaveBeenCalledTimes(1);
    expect(await bench.ledger(id)).toEqual(['hold 10']);
  });

  it('takes a job that waits for a person on again', async () => {
    bench = createBench({ idempotency: 'none', idempotency_window_s: null });
    Object.assign(bench.provider, { webhook: receiver });
    account = await bench.addAccount();
    const id = await unanswered();
    bench.system.advance(5_000);
    await bench.run('submit', id);
    const { jobId } = await bench.submission(id);
    expect((await bench.job(jobId)).stage).toBe('needs_attention');
    await receive(notice('job-9'), { submissionId: id });
    expect((await bench.job(jobId)).stage).toBe('generating');
  });

  it('may come before the answer itself, which then changes nothing', async () => {
    const prepared = await bench.preparedAttempt();
    bench.provider.execute.mockImplementationOnce(async () => {
      await receive(notice('job-9'), { submissionId: prepared.id });
      return answers.accepted('job-9');
    });
    await bench.run('submit', prepared.id);
    expect(await bench.submission(prepared.id)).toMatchObject({ state: 'accepted', providerJobId: 'job-9' });
    expect(bench.logLines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it.each([
    ['has no handle', { handle: null }, (id: string) => id],
    ['names no attempt', {}, () => null],
    ['names nonsense', {}, () => 'sub_nonsense'],
  ])('is to be sent again when it %s', async (_, changes, name) => {
    const id = await unanswered();
    const delivery = receive(notice('job-9', changes), { submissionId: name(id) });
    await expect(delivery).rejects.toMatchObject({ code: 'unavailable', retryable: true });
    expect((await bench.submission(id)).state).toBe('unknown');
  });

  it('of another account settles nothing', async () => {
    const id = await unanswered();
    const other = await bench.addAccount({}, { credential: 'sk-other' });
    await receive(notice('job-9'), { token: other.webhookToken, submissionId: id });
    expect((await bench.submission(id)).state).toBe('unknown');
  });

  it('does not touch an attempt that was never sent', async () => {
    const prepared = await bench.preparedAttempt();
    await receive(notice('job-9'), { submissionId: prepared.id });
    expect((await bench.submission(prepared.id)).state).toBe('prepared');
  });
});

describe('a delivery whose signature cannot be checked in time', () => {
  it('is to be sent again when others wait for the same keys, and other accounts go on', async () => {
    const other = await bench.addAccount({ webhookToken: '1'.repeat(32) }, { credential: 'sk-2' });
    let end = (): void => undefined;
    receiver.parse.mockImplementation((access) =>
      access.accountId === account.id
        ? new Promise((resolve) => (end = () => resolve(notice('p0') as never)))
        : Promise.resolve(notice('p9') as never),
    );
    const hanging = Array.from({ length: 4 }, () => receive({}).catch((error: unknown) => error));
    await vi.waitFor(() => expect(bench.dependencies.bulkheads.webhook.used).toBe(4));

    const refused = receive({}).catch((error: unknown) => error);
    await vi.waitFor(() => expect(bench.dependencies.bulkheads.webhook.waiting).toBe(1));
    expect(await receive({}, { token: other.webhookToken })).toEqual(receiver.acknowledgement);
    bench.system.advance(2_000);
    expect(await refused).toMatchObject({ code: 'unavailable', retryable: true });

    bench.system.advance(8_000);
    for (const failure of await Promise.all(hanging)) {
      expect(failure).toMatchObject({ code: 'unavailable', retryable: true });
    }
    end();
    expect(bench.dependencies.bulkheads.webhook.used).toBe(0);
  });
});

describe('an attempt', () => {
  it.each([
    ['https://pixsim.example/base', true],
    [undefined, false],
  ])('tells the provider where to report when the server is reached at %s', async (publicUrl, isTold) => {
    Object.assign(bench.dependencies, publicUrl === undefined ? {} : { publicUrl });
    const fake = createFakeProvider();
    const build = vi.fn<typeof fake.buildRequest>((...request) => fake.buildRequest(...request));
    Object.assign(bench.provider, { buildRequest: build });
    const attempt = await bench.acceptedAttempt();
    const address = `https://pixsim.example/base/hooks/${bench.provider.id}/${account.webhookToken}`;
    expect(build.mock.lastCall?.[2].webhookUrl).toBe(isTold ? `${address}?submission=${attempt.id}` : null);
    const { accounts } = createCore(bench.dependencies);
    expect((await accounts.get(builtCaller, account.id)).webhook_url).toBe(isTold ? address : null);
  });

  it('is asked about less often while webhooks arrive', async () => {
    const attempt = await bench.acceptedAttempt();
    const pace = async (): Promise<number> => {
      const { again } = await bench.run('check', attempt.id);
      return (again ?? 0) - bench.system.now();
    };
    const before = await pace();
    await receive(notice('provider-job-1'));
    expect(await pace()).toBe(50_000);
    bench.system.advance(60 * 60_000);
    expect(await pace()).toBeLessThanOrEqual(30_000);
    expect(before).toBeLessThanOrEqual(30_000);
  });
});
