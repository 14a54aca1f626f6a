import { describe, expect, it } from 'vitest';
import type { MappedRequest, ProviderAdapter } from '@pixsim7/providers/contract';
import { Random } from '../machine/random.ts';
import { Scheduler } from '../machine/scheduler.ts';
import { Faults, faultNames, uniformRates } from './faults.ts';
import type { FaultName } from './faults.ts';
import { simulatedManifest } from './manifest.ts';
import { mapSimulatedParameters } from './map-parameters.ts';
import { createScriptedAdapter } from './scripted-provider.ts';
import { calmServer, SimulatedProviderServer } from './server.ts';

const account = { accountId: 'acc_1', credentials: { api_key: 'key' }, baseUrl: null };

function create(always: readonly FaultName[] = [], canCancel = true) {
  const scheduler = new Scheduler(new Random(1), 0);
  const now = (): number => scheduler.now;
  const settings = {
    idempotency: 'token',
    idempotencyWindowMs: 86_400_000,
    renderMs: [10_000, 10_000],
    ...calmServer,
    refusesAboveLimit: true,
  } as const;
  const server = new SimulatedProviderServer(settings, new Random(2), now);
  server.accounts.set('key', { maxConcurrent: 2, deposit: 100 });
  const rates = { ...uniformRates(0), ...Object.fromEntries(always.map((name) => [name, 1])) };
  const adapter = createScriptedAdapter({
    server,
    faults: new Faults(new Random(3), rates, 1_000_000, now),
    scheduler,
    random: new Random(4),
    manifest: simulatedManifest(settings, canCancel, 2),
    mapParameters: mapSimulatedParameters,
    tellsCredits: 'ended',
  });
  /** Lets virtual time pass until the call has its answer, and everything that it set off has happened. */
  const finish = async <Result>(call: Promise<Result>): Promise<Result> => {
    call.catch(() => undefined);
    await scheduler.run(() => false, 1_000);
    return call;
  };
  return { adapter, server, scheduler, finish };
}

function mapText(adapter: ProviderAdapter): MappedRequest {
  const mapping = adapter.mapParameters('text_to_video', { prompt: 'a boat', duration: 5 });
  if (!mapping.ok) {
    throw new Error('The parameters are valid.');
  }
  return mapping.mapped;
}

function submit(adapter: ProviderAdapter, token = 'a') {
  const request = adapter.buildRequest(mapText(adapter), new Map(), { account, webhookUrl: null });
  return adapter.execute('text_to_video', account, request, token);
}

describe('createScriptedAdapter', () => {
  it('prices by its manifest and names what is wrong', () => {
    const { adapter } = create();
    expect(mapText(adapter).price).toEqual({ credits: 10, unit: 'credits' });
    const refused = adapter.mapParameters('text_to_video', { duration: 6 });
    expect(refused).toMatchObject({
      ok: false,
      issues: [{ pointer: '/params/duration' }, { pointer: '/params/prompt' }],
    });
  });

  it('gives every file of a request a slot of its own', () => {
    const { adapter } = create();
    const mapping = adapter.mapParameters('fusion', {
      prompt: '@dog runs',
      fusion_assets: [
        { image_url: 'ast_1', name: 'dog', type: 'subject' },
        { image_url: 'ast_2', name: 'beach', type: 'background' },
      ],
    });
    expect(mapping).toMatchObject({
      ok: true,
      mapped: {
        slots: [
          { name: 'subject/0', source: 'ast_1', pointer: '/fusion_assets/0/image_url', referenceName: 'dog' },
          { name: 'background/1', source: 'ast_2', pointer: '/fusion_assets/1/image_url' },
        ],
      },
    });
  });

  it('goes from acceptance to the output', async () => {
    const { adapter, scheduler, finish } = create();
    const accepted = await finish(submit(adapter));
    if (accepted.outcome !== 'accepted') {
      throw new Error('It is accepted.');
    }
    const early = await finish(adapter.checkStatus(account, accepted.handle));
    expect(early).toMatchObject({ status: 'processing', outputs: [] });
    scheduler.after({ alive: true, frozenUntil: 0 }, 20_000, () => undefined);
    await scheduler.run(() => false, 10);
    const done = await finish(adapter.checkStatus(account, accepted.handle));
    expect(done).toMatchObject({ status: 'completed', credits: 10, outputs: [{ mediaType: 'video' }] });
  });

  it.each([
    ['reply_lost_before_acceptance', 'unknown', 0],
    ['reply_lost_after_acceptance', 'unknown', 1],
    ['arrives_late', 'unknown', 1],
    ['refused_at_the_door', 'rejected', 0],
    ['credentials_refused', 'rejected', 0],
  ] as const)('%s: the answer is %s and %i generations exist', async (fault, outcome, generations) => {
    const { adapter, server, finish } = create([fault]);
    expect((await finish(submit(adapter))).outcome).toBe(outcome);
    expect(server.generations.size).toBe(generations);
  });

  it('may or may not have created something when it answers 5xx', async () => {
    const { adapter, server, finish } = create(['server_error_on_submit']);
    for (let send = 0; send < 10; send += 1) {
      expect((await finish(submit(adapter, `t${send}`))).outcome).toBe('unknown');
    }
    expect(server.generations.size).toBeGreaterThan(0);
    expect(server.generations.size).toBeLessThan(10);
  });

  it('refuses at the door even a token that it knows', async () => {
    const { adapter, server, finish } = create(['refused_at_the_door']);
    server.submit('key', 'a', 10);
    expect(await finish(submit(adapter))).toMatchObject({ outcome: 'rejected' });
  });

  it('throws reads that fail, and reports words that it does not know as unknown', async () => {
    const unreadable = create(['status_unreadable', 'balance_unreadable']);
    const { generation } = unreadable.server.submit('key', 'a', 10) as { generation: { id: string } };
    await expect(
      unreadable.finish(unreadable.adapter.checkStatus(account, { id: generation.id })),
    ).rejects.toMatchObject({ class: 'ProviderUnavailableError' });
    await expect(
      unreadable.finish(Promise.resolve(unreadable.adapter.balance?.(account))),
    ).rejects.toMatchObject({
      charged: 'unknown',
    });

    const odd = create(['status_word_unknown']);
    const made = odd.server.submit('key', 'a', 10) as { generation: { id: string } };
    expect(await odd.finish(odd.adapter.checkStatus(account, { id: made.generation.id }))).toMatchObject({
      status: null,
      rawStatus: 'in limbo',
    });
  });

  it('does not know the generations of other accounts', async () => {
    const { adapter, finish } = create();
    await expect(finish(adapter.checkStatus(account, { id: 'nothing' }))).rejects.toMatchObject({
      class: 'JobNotFoundError',
    });
  });

  it('can be a provider that cannot stop', () => {
    expect(create([], false).adapter).not.toHaveProperty('cancel');
    expect(create([], true).adapter).toHaveProperty('cancel');
  });
});

describe('Faults', () => {
  it('strikes by its rates, counts, and ends', () => {
    let now = 0;
    const faults = new Faults(new Random(1), uniformRates(0.5), 100, () => now);
    const struck = (): number =>
      faultNames.flatMap((name) => [name, name, name]).filter((name) => faults.strikes(name)).length;
    const first = struck();
    expect(first).toBeGreaterThan(5);
    expect([...faults.counts.values()].reduce((sum, count) => sum + count, 0)).toBe(first);
    now = 100;
    expect(struck()).toBe(0);
  });
});
