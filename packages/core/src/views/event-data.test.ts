import { describe, expect, it } from 'vitest';
import { jobEventTypes } from '@pixsim7/contracts';
import {
  buildAccount,
  buildAsset,
  buildBalanceReading,
  buildId,
  buildJob,
  builtAt,
} from '@pixsim7/testkit/builders';
import type { JobRow } from '../model/index.ts';
import { viewAsset } from './asset-view.ts';
import { accountEventData, assetEventData, balanceNotRead, balanceRead, jobEventData } from './event-data.ts';

const stateOf = (job: JobRow) =>
  ({
    job,
    last: null,
    money: { held: 0, isOpen: false, settled: 0 },
    assets: [],
    durations: null,
    creditValueUsd: null,
  }) as const;

describe('an event of a job', () => {
  const job = buildJob({ metadata: { shot: '12b' }, params: { prompt: 'a boat' } });

  it.each(jobEventTypes)('%s says what was asked for where somebody may hear of the job first', (type) => {
    const data = jobEventData(stateOf(job), type, builtAt);
    expect(data.metadata).toEqual(type === 'job.updated' ? undefined : { shot: '12b' });
    expect(data.params).toEqual(type === 'job.created' ? { prompt: 'a boat' } : undefined);
    expect('priority' in data).toBe(type === 'job.created');
  });

  it('leaves out parameters that are longer than 16 KiB, and stays below it with the rest', () => {
    const long = buildJob({ params: { prompt: 'ä'.repeat(8_192) } });
    const data = jobEventData(stateOf(long), 'job.created', builtAt);
    expect(data.params).toBeUndefined();
    expect(JSON.stringify(data).length).toBeLessThan(2_000);
    const short = buildJob({ params: { prompt: 'ä'.repeat(8_000) } });
    expect(jobEventData(stateOf(short), 'job.created', builtAt).params).toEqual(short.params);
  });
});

describe('an event of an asset', () => {
  const asset = buildAsset({ jobId: buildId('job'), outputIndex: 0, origin: 'generated' });

  it('says all that asking for the asset says', () => {
    const { id, object: _, ...facts } = viewAsset(asset);
    expect(assetEventData(asset, 'asset.created')).toEqual({ asset_id: id, ...facts });
  });

  it('says of a deleted one that it is', () => {
    expect(assetEventData(asset, 'asset.deleted')).toEqual({
      asset_id: asset.id,
      job_id: asset.jobId,
      media_type: 'video',
      origin: 'generated',
      late_result: false,
      state: 'deleted',
    });
  });
});

describe('an event of an account', () => {
  const account = buildAccount({ label: 'Main' });

  it('has nothing of its secrets', () => {
    const text = JSON.stringify(accountEventData(account, null, builtAt));
    expect(text).toContain('"label":"Main"');
    expect(text).not.toContain(account.sealedCredentials);
    expect(text).not.toContain(account.webhookToken);
    expect(text).not.toContain('webhook');
  });

  it('says nothing of a balance that it is not about', () => {
    expect('balance' in accountEventData(account, null, builtAt)).toBe(false);
  });

  it('says what a reading changed, and takes an earlier problem and drift away', () => {
    const reading = buildBalanceReading(account.id, { amount: 12, drift: null, driftSince: null });
    expect(balanceRead(reading)).toEqual({
      known: true,
      amount: 12,
      unit: reading.unit,
      observed_at: new Date(reading.observedAt).toISOString(),
      drift: null,
      problem: null,
    });
    expect(balanceRead({ ...reading, drift: -3, driftSince: builtAt }).drift).toEqual({
      amount: -3,
      since: new Date(builtAt).toISOString(),
    });
  });

  it('says why a reading failed, and changes no figure', () => {
    const problem = { code: 'provider_unavailable', detail: 'It is down.', since: builtAt };
    expect(balanceNotRead(problem)).toEqual({
      problem: { ...problem, since: new Date(builtAt).toISOString() },
    });
  });
});
