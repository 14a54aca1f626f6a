import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { ProviderCallError } from '@pixsim7/providers/contract';
import { answers, createBench, outputUrl, fakeMediaBytes, refusals } from '@pixsim7/testkit/bench';
import type { Bench } from '@pixsim7/testkit/bench';
import { builtCaller } from '@pixsim7/testkit/builders';
import { FetchFailedError } from './ports/index.ts';

const secret = 'sk-distinctive-7f3a91';

/** Everything that leaves the domain, or is kept where it may be read: views, events, log lines, rows, refusals. */
async function everythingSaid(bench: Bench, refusalsSeen: readonly unknown[]): Promise<string> {
  const jobs = await bench.core.jobs.list(builtCaller, { limit: 100 });
  const attempts = await Promise.all(jobs.data.map(({ id }) => bench.core.jobs.submissions(builtCaller, id)));
  const rows = await Promise.all(jobs.data.map(({ id }) => bench.attempts(id)));
  const said = [
    jobs,
    attempts,
    rows,
    await bench.core.accounts.list(builtCaller, {}),
    await bench.core.assets.list(builtCaller, { limit: 100 }),
    await bench.core.providers.list(builtCaller),
    await bench.events(),
    bench.logLines,
    bench.queue.offers,
    refusalsSeen,
  ];
  // Errors hide their cause and message from JSON; inspect shows all that a log could show.
  return inspect(said, {
    depth: Infinity,
    maxStringLength: Infinity,
    maxArrayLength: Infinity,
    showHidden: true,
  });
}

/** Each sighting of the credential by the adapter: the only place that may have it. */
const seenByAdapter = (bench: Bench): string[] =>
  [
    ...bench.provider.balance.mock.calls.map(([account]) => account),
    ...bench.provider.execute.mock.calls.map(([, account]) => account),
    ...bench.provider.checkStatus.mock.calls.map(([account]) => account),
  ].map(({ credentials }) => credentials['api_key'] ?? 'none');

describe('a credential', () => {
  it('is in nothing that the domain says, when all goes well and when all goes wrong', async () => {
    const bench = createBench();
    const refused: unknown[] = [];
    const attempt = async (work: Promise<unknown>): Promise<void> => {
      await work.catch((error: unknown) => refused.push(error));
    };
    const account = await bench.core.accounts.create(builtCaller, {
      provider_id: bench.provider.id,
      label: 'Main',
      credentials: { api_key: secret },
      max_concurrent: 20,
    });

    // The happy flow, its download failing at first.
    bench.downloads.serve(outputUrl, new FetchFailedError('Forbidden.', 403));
    bench.provider.checkStatus.mockResolvedValueOnce(answers.completed());
    await bench.addJob();
    await bench.settle(bench.system.now() + 30_000);
    bench.downloads.serve(outputUrl, fakeMediaBytes('video', 'done'));
    bench.provider.checkStatus.mockResolvedValue(answers.completed());
    await bench.settle();

    // Every refusal that there is, at submit, at the status and at the balance.
    for (const make of Object.values<() => ProviderCallError>(refusals)) {
      bench.provider.execute.mockResolvedValueOnce(answers.rejected(make()));
      bench.provider.checkStatus.mockRejectedValueOnce(make());
      bench.provider.balance.mockRejectedValueOnce(make());
      await bench.addJob();
      await bench.settle(bench.system.now() + 600_000);
      await attempt(bench.core.accounts.refresh(builtCaller, account.id));
      await bench.core.accounts.update(builtCaller, account.id, { label: 'Again' });
      await bench.core.accounts.refresh(builtCaller, account.id);
    }

    // Requests that are refused, and credentials that cannot be used.
    await attempt(
      bench.core.accounts.update(builtCaller, account.id, {
        credentials: { api_key: secret, other: secret },
      }),
    );
    await attempt(
      bench.core.accounts.create(builtCaller, {
        provider_id: 'nobody',
        label: 'x',
        credentials: { api_key: secret },
      }),
    );
    await attempt(
      bench.core.accounts.create(builtCaller, {
        provider_id: bench.provider.id,
        label: 'x',
        credentials: { key: secret },
      }),
    );
    const row = await bench.account(account.id);
    const sealed = bench.dependencies.vault.seal(row.id, `{"api_key":"${secret}`);
    await bench.write((transaction) => transaction.accounts.update(row, { sealedCredentials: sealed }));
    await attempt(bench.core.accounts.refresh(builtCaller, account.id));

    expect(refused).toHaveLength(4);
    expect(new Set(seenByAdapter(bench))).toEqual(new Set([secret]));
    const said = await everythingSaid(bench, refused);
    expect(said).toContain(account.id);
    expect(said).not.toContain(secret);
    expect(said).not.toContain(Buffer.from(secret).toString('base64').slice(0, 20));
    expect(said).not.toContain(row.sealedCredentials);
  });
});
