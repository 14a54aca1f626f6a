import { inspect } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  recordedFetch,
  refusal,
  rejection,
  success,
  TEST_API_KEY,
  testClient,
} from './__tests__/recorded-fetch.ts';
import type { PlannedAnswer } from './__tests__/recorded-fetch.ts';
import { CHINA_BASE_URL, INTERNATIONAL_BASE_URL, PixVerse } from './client.ts';
import { PixVerseError } from './errors.ts';

const BALANCE = success('{"account_id":1,"credit_monthly":2,"credit_package":3}');

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('base URL', () => {
  it.each([
    [undefined, 'https://app-api.pixverse.ai/openapi/v2/account/balance'],
    [INTERNATIONAL_BASE_URL, 'https://app-api.pixverse.ai/openapi/v2/account/balance'],
    [CHINA_BASE_URL, 'https://app-api.pixverseai.cn/openapi/v2/account/balance'],
    ['http://127.0.0.1:9100/openapi/v2//', 'http://127.0.0.1:9100/openapi/v2/account/balance'],
  ])('%s', async (baseURL, expected) => {
    const { client, requests } = testClient([BALANCE], { baseURL });
    await client.account.balance();
    expect(requests[0]?.url).toBe(expected);
  });
});

describe('the default fetch', () => {
  it('is the global one at the time of the call, called on its owner', async () => {
    const client = new PixVerse({ apiKey: TEST_API_KEY });
    const { fetch, requests } = recordedFetch(BALANCE);
    const owners: unknown[] = [];
    vi.stubGlobal('fetch', function stub(this: unknown, url: string, init: RequestInit) {
      owners.push(this);
      return fetch(url, init);
    });
    await client.account.balance();
    expect(requests).toHaveLength(1);
    expect(owners).toEqual([globalThis]);
  });
});

describe('the API key', () => {
  function everythingPrintable(value: unknown): string {
    const text = inspect(value, { depth: 20, showHidden: true, getters: true });
    const stack = value instanceof Error ? value.stack : '';
    return [text, JSON.stringify(value), String(value), stack].join('\n');
  }

  it('is not in the client', () => {
    const { client } = testClient([]);
    expect(everythingPrintable(client)).not.toContain(TEST_API_KEY);
    expect(everythingPrintable(Object.entries(client.videos))).not.toContain(TEST_API_KEY);
  });

  it.each<[string, PlannedAnswer]>([
    ['a refusal that echoes it', refusal(400012, `Invalid API-KEY ${TEST_API_KEY}`)],
    ['garbage that echoes it', `<p>${TEST_API_KEY}</p>`],
    ['a gateway that echoes it', new Response(TEST_API_KEY, { status: 502 })],
    ['a header error that quotes it', new TypeError(`"${TEST_API_KEY}" is an invalid header value`)],
    [
      'an error of fetch that holds the request',
      Object.assign(new Error('failed', { cause: new Error(TEST_API_KEY) }), {
        request: { headers: { 'API-KEY': TEST_API_KEY } },
      }),
    ],
  ])('is not in an error after %s', async (_name, answer) => {
    const { client } = testClient([answer], { maxRetries: 0 });
    const error = await rejection(client.account.balance());
    expect(error).toBeInstanceOf(PixVerseError);
    expect(everythingPrintable(error)).not.toContain(TEST_API_KEY);
    expect(everythingPrintable((error as PixVerseError).cause)).not.toContain(TEST_API_KEY);
  });
});
