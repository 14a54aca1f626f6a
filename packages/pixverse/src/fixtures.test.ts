import { describe, expect, it } from 'vitest';
import { DESCRIBED_ID, DESCRIBED_REQUESTS } from './__tests__/described-requests.ts';
import { EDIT_BODIES } from './__tests__/edit-bodies.ts';
import { compactFixture, describedRequest, fixtureNames, fixtureText } from './__tests__/fixtures.ts';
import { GENERATION_BODIES } from './__tests__/generation-bodies.ts';
import { success, testClient } from './__tests__/recorded-fetch.ts';
import { REFUSALS, REPLIES } from './__tests__/replies.ts';
import { encodeBody, toBodyText } from './encode-body.ts';
import { asJsonObject } from './envelope.ts';
import { parseLosslessJson, stringifyLosslessJson } from './lossless-json/index.ts';
import type { JsonObject } from './lossless-json/index.ts';
import { readPixVerseId } from './pixverse-id.ts';
import { readNumber } from './resources/read-fields.ts';
import { describeVideoStatus } from './video-status.ts';

// Every documented example is one case: a request the typed API has to produce, or an answer it has to read.

const BASE_PATH = '/openapi/v2';
const BODIES = { ...GENERATION_BODIES, ...EDIT_BODIES };
const DELIVERIES = ['webhook.delivery.json', 'webhook.delivery-full.json'];

describe('documented request bodies', () => {
  it.each(Object.entries(BODIES))('%s is sent to the byte', async (name, { path, call }) => {
    // Not the reply of all of these calls; only what was sent matters here.
    const { client, requests } = testClient([success('{"video_id":7}')], { maxRetries: 0 });
    await Promise.allSettled([call(client)]);
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({ method: 'POST', body: compactFixture(name) });
    expect(new URL(requests[0]?.url ?? '').pathname).toBe(BASE_PATH + path);
  });
});

describe('documented bodies as stored text', () => {
  it.each(Object.keys(BODIES))('%s is written the same by encodeBody once it was parsed', (name) => {
    const parsed = parseLosslessJson(fixtureText(name));
    expect(encodeBody(parsed as JsonObject)).toBe(compactFixture(name));
    expect(toBodyText(fixtureText(name))).toBe(fixtureText(name));
  });
});

describe('documented requests without a JSON body', () => {
  it.each(Object.entries(DESCRIBED_REQUESTS))('%s is sent as described', async (name, call) => {
    const described = describedRequest(name);
    // An empty reply is unusable for most of these calls; only what was sent matters here.
    const { client, requests } = testClient([success('{}')]);
    await Promise.allSettled([call(client)]);
    const request = requests[0];
    expect(request?.method).toBe(described.method);
    const url = new URL(request?.url ?? '');
    expect(url.pathname).toBe(described.path.replace(/\{\w+\}/, DESCRIBED_ID));
    const query = Object.entries(described.query ?? {}).map(([field, value]) => [field, String(value)]);
    expect([...url.searchParams]).toEqual(query);
    for (const header of Object.keys(described.headers)) {
      expect(request?.headers.get(header)).toEqual(expect.any(String));
    }
    const form = request?.body instanceof FormData ? [...request.body] : [];
    const sent = form.map(([field, value]) => [field, typeof value === 'string' ? value : '<binary>']);
    const expected = Object.entries(described.form ?? {}).map(([field, value]) => [
      field,
      value.startsWith('<binary') ? '<binary>' : value,
    ]);
    expect(sent).toEqual(expected);
  });
});

describe('documented answers', () => {
  it.each(Object.entries(REPLIES))('%s is read', async (name, { call, reply }) => {
    const { client } = testClient([fixtureText(name)]);
    await expect(call(client)).resolves.toEqual(reply);
  });

  it.each(Object.entries(REFUSALS))('%s is a typed error', async (name, { httpStatus, call, error }) => {
    const { client } = testClient([new Response(fixtureText(name), { status: httpStatus })]);
    await expect(call(client)).rejects.toMatchObject({
      ...error,
      httpStatus,
      mayHaveBeenProcessed: false,
    });
  });
});

describe('webhooks', () => {
  // The client takes none; whoever does reads them with these parts of the SDK.
  it.each(DELIVERIES)('%s names a video and a known status', (name) => {
    const delivery = asJsonObject(asJsonObject(parseLosslessJson(fixtureText(name)))?.['body']);
    expect(readPixVerseId(delivery?.['id'])).toBe('123456789');
    expect(describeVideoStatus(readNumber(delivery?.['status']) ?? 0).name).toBe('succeeded');
  });
});

describe('every fixture', () => {
  it.each(fixtureNames())('%s goes through the lossless parser and back', (name) => {
    expect(stringifyLosslessJson(parseLosslessJson(fixtureText(name)))).toBe(compactFixture(name));
  });
});

it('has a case for every fixture', () => {
  const covered = [BODIES, DESCRIBED_REQUESTS, REPLIES, REFUSALS].flatMap((cases) => Object.keys(cases));
  expect([...covered, ...DELIVERIES, 'webhook.reply.json'].toSorted()).toEqual(fixtureNames());
});
