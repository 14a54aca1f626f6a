import { PixVerse } from '../client.ts';
import type { PixVerseOptions } from '../client.ts';
import type { Fetch } from '../transport/settings.ts';

export const TEST_API_KEY = 'sk-0123456789abcdef0123456789abcdef';

export interface RecordedRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly body: string | FormData | undefined;
  readonly redirect: string | undefined;
}

/** Plays a server that never answers; the promise rejects once the signal aborts. */
export const NO_ANSWER = Symbol('no answer');

/** One planned answer: a body for HTTP 200, a whole response, a failure to throw, or none. */
export type PlannedAnswer = string | Response | Error | typeof NO_ANSWER;

export interface RecordedFetch {
  readonly fetch: Fetch;
  readonly requests: RecordedRequest[];
}

/** A `fetch` that plays answers in order and keeps what was asked. An unplanned request fails the test. */
export function recordedFetch(...answers: PlannedAnswer[]): RecordedFetch {
  const requests: RecordedRequest[] = [];
  const remaining = [...answers];
  const fetch: Fetch = async (url, init) => {
    requests.push({
      url,
      method: init.method ?? 'GET',
      headers: new Headers(init.headers),
      body: init.body as string | FormData | undefined,
      redirect: init.redirect,
    });
    const answer = remaining.shift();
    if (answer === undefined) {
      throw new Error(`unplanned request to ${url}`);
    }
    if (answer instanceof Error) {
      throw answer;
    }
    if (answer === NO_ANSWER) {
      return new Promise((_resolve, reject) => {
        init.signal?.addEventListener('abort', () => reject(new Error('fetch saw the abort')));
      });
    }
    return typeof answer === 'string' ? new Response(answer) : answer;
  };
  return { fetch, requests };
}

export interface TestClient {
  readonly client: PixVerse;
  readonly requests: RecordedRequest[];
  readonly delays: number[];
}

/** A client with counted trace ids (`trace-1`, …), no jitter, and sleeps that are recorded instead of slept. */
export function testClient(answers: PlannedAnswer[], options: Partial<PixVerseOptions> = {}): TestClient {
  const { fetch, requests } = recordedFetch(...answers);
  const delays: number[] = [];
  let traceIds = 0;
  const client = new PixVerse({
    apiKey: TEST_API_KEY,
    fetch,
    createTraceId: () => `trace-${(traceIds += 1)}`,
    sleep: async (delayMs) => {
      delays.push(delayMs);
    },
    now: () => Date.UTC(2026, 0, 1),
    random: () => 0,
    ...options,
  });
  return { client, requests, delays };
}

/** A success envelope around the text of a `Resp`. */
export function success(reply: string): string {
  return `{"ErrCode":0,"ErrMsg":"success","Resp":${reply}}`;
}

/** A refusal the way PixVerse sends it, inside HTTP 200. */
export function refusal(code: number, message = 'refused'): string {
  return JSON.stringify({ ErrCode: code, ErrMsg: message, Resp: null });
}

/** The error a promise rejects with; fails when it does not. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('expected the promise to reject');
}
