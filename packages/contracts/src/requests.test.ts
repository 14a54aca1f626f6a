import { describe, expect, it } from 'vitest';
import { createAccountRequestSchema, updateAccountRequestSchema } from './account.ts';
import { importAssetRequestSchema } from './asset.ts';
import { createJobRequestSchema, listJobsQuerySchema, providerIdSchema } from './job.ts';
import { pageQuerySchema } from './wire.ts';

const job = { operation_type: 'text_to_video', provider_id: 'pixverse', params: { prompt: 'a paper boat' } };
const account = { provider_id: 'pixverse', label: 'Main', credentials: { api_key: 'sk-1' } };

describe('a write', () => {
  it('takes what is documented and changes nothing of it', () => {
    expect(createJobRequestSchema.parse(job)).toEqual(job);
    expect(createAccountRequestSchema.parse(account)).toEqual(account);
    expect(updateAccountRequestSchema.parse({})).toEqual({});
  });

  it.each([
    ['a job', createJobRequestSchema, { ...job, colour: 'red' }],
    ['the parameters of a job', createJobRequestSchema, { ...job, params: { ...job.params, promt: 'x' } }],
    ['an account', createAccountRequestSchema, { ...account, status: 'active' }],
    ['a change of an account', updateAccountRequestSchema, { provider_id: 'other' }],
    ['an import', importAssetRequestSchema, { url: 'https://example.com/a.png', owner: 'me' }],
  ])('refuses an unknown member of %s', (_, schema, body) => {
    expect(schema.safeParse(body).success).toBe(false);
  });

  it.each([
    ['an unknown operation', { ...job, operation_type: 'text_to_song' }],
    ['no operation: none is taken for granted', { ...job, operation_type: undefined }],
    ['a priority outside of the range', { ...job, priority: 101 }],
    ['a time without a zone', { ...job, not_before: '2026-01-01 12:00' }],
    ['a fraction of a credit as bound', { ...job, max_credits: 1.5 }],
    ['an account id of another kind', { ...job, account_id: 'job_00000000000000000000000000' }],
    ['a prompt without end', { ...job, params: { prompt: 'x'.repeat(20_001) } }],
    [
      'too many images',
      { ...job, params: { image_urls: Array<string>(17).fill('https://example.com/a.png') } },
    ],
  ])('refuses %s', (_, body) => {
    expect(createJobRequestSchema.safeParse(body).success).toBe(false);
  });

  it.each(['javascript:alert(1)', 'file:///etc/passwd', 'example.com'])(
    'refuses the address %s',
    (base_url) => {
      expect(createAccountRequestSchema.safeParse({ ...account, base_url }).success).toBe(false);
    },
  );
});

describe('names of providers', () => {
  it.each(['pixverse', 'a', 'my-provider_2'])('may be %s', (name) => {
    expect(providerIdSchema.safeParse(name).success).toBe(true);
  });

  it.each(['', 'Pixverse', '2fast', '../etc', `a${'b'.repeat(40)}`])('may not be %j', (name) => {
    expect(providerIdSchema.safeParse(name).success).toBe(false);
  });
});

describe('a query', () => {
  it('reads numbers from text and has a page size', () => {
    expect(pageQuerySchema.parse({})).toEqual({ limit: 25 });
    expect(pageQuerySchema.parse({ limit: '100' })).toEqual({ limit: 100 });
    expect(listJobsQuerySchema.parse({ status: 'failed' })).toEqual({
      status: ['failed'],
      limit: 25,
      sort: '-created_at',
    });
  });

  it.each(['0', '101', 'x', '1.5'])('refuses the limit %s', (limit) => {
    expect(pageQuerySchema.safeParse({ limit }).success).toBe(false);
  });
});
