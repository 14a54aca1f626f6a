import { describe, expect, it } from 'vitest';
import { success, testClient } from '../__tests__/recorded-fetch.ts';
import type { PixVerse } from '../client.ts';
import { JsonNumber } from '../lossless-json/index.ts';
import type { UsageRequest } from './usage.ts';

const LONG_ID = '343252978602905123';
const SEPTEMBER = { start_time: '2026-09-01 00:00:00', end_time: '2026-09-18 00:00:00' } as const;

/** A page of rows with these ids. */
function page(ids: readonly number[], cursor: string): string {
  const items = ids.map((id) => `{"id":${id}}`).join(',');
  return success(`{"items":[${items}],"next_cursor":"${cursor}","has_more":${cursor !== ''}}`);
}

async function idsOf(client: PixVerse, request: UsageRequest): Promise<unknown[]> {
  const ids: unknown[] = [];
  for await (const item of client.account.usageItems(request)) {
    ids.push(item.id);
  }
  return ids;
}

describe('account.usage', () => {
  it('posts the question and reads a page, each row with all that it came with', async () => {
    const { client, requests } = testClient([
      success(`{"items":[{"video_id":${LONG_ID},"credits":45,"new":1}],"next_cursor":"a","has_more":true}`),
    ]);
    const question = { ...SEPTEMBER, creation_type: ['lip_sync'], limit: 20 } as const;
    await expect(client.account.usage(question)).resolves.toEqual({
      items: [
        {
          video_id: LONG_ID,
          credits: 45,
          raw: {
            video_id: new JsonNumber(LONG_ID),
            credits: new JsonNumber('45'),
            new: new JsonNumber('1'),
          },
        },
      ],
      next_cursor: 'a',
      has_more: true,
    });
    expect(requests[0]).toMatchObject({
      method: 'POST',
      url: 'https://app-api.pixverse.ai/openapi/v2/account/billing/usage-detail',
      body: JSON.stringify(question),
    });
  });

  it('is a read, so it is repeated', async () => {
    const { client, requests } = testClient([new Error('connection lost'), page([], '')]);
    await client.account.usage(SEPTEMBER);
    expect(requests).toHaveLength(2);
  });

  it.each([
    ['{"items":null}', { items: [], next_cursor: '', has_more: false }],
    ['{"items":[],"next_cursor":"a"}', { items: [], next_cursor: 'a', has_more: true }],
  ])('reads %s', async (reply, expected) => {
    const { client } = testClient([success(reply)]);
    await expect(client.account.usage(SEPTEMBER)).resolves.toEqual(expected);
  });

  it.each(['null', '[]', '{"items":{}}'])('does not turn %s into an empty ledger', async (reply) => {
    const { client } = testClient([success(reply)]);
    await expect(client.account.usage(SEPTEMBER)).rejects.toMatchObject({ code: 'unusable_response' });
  });
});

describe('account.usageItems', () => {
  it('follows the cursor to the last page, with a trace id of its own for each', async () => {
    const { client, requests } = testClient([page([1, 2], 'a'), page([3], '')]);
    await expect(idsOf(client, { ...SEPTEMBER, limit: 2 })).resolves.toEqual(['1', '2', '3']);
    expect(requests[1]?.body).toBe('{"cursor":"a","limit":2}');
    expect(requests.map(({ headers }) => headers.get('ai-trace-id'))).toEqual(['trace-1', 'trace-2']);
  });

  it('asks for no page that is not needed', async () => {
    const { client, requests } = testClient([page([1, 2], 'a')]);
    for await (const item of client.account.usageItems(SEPTEMBER)) {
      if (item.id === '1') {
        break;
      }
    }
    expect(requests).toHaveLength(1);
  });

  it('ends at a cursor that leads to itself', async () => {
    const { client } = testClient([page([1], 'a'), page([2], 'a')]);
    await expect(idsOf(client, SEPTEMBER)).resolves.toEqual(['1', '2']);
  });

  it('throws from the loop', async () => {
    const { client } = testClient([page([1], 'a'), success('[]')]);
    await expect(idsOf(client, SEPTEMBER)).rejects.toMatchObject({ code: 'unusable_response' });
  });
});
