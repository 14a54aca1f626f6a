import { describe, expect, it } from 'vitest';
import { addressesOf } from './addresses.ts';
import { checkRequest } from './check.ts';
import { handleOfRequest } from './handle.ts';

const handle = handleOfRequest(addressesOf('http://fal.test'), 'owner/app/model', 'abc');

type Answer = readonly [status: number, body: unknown];

/** Checks a request of which fal says these; what was called is told with the result. */
async function check(status: Answer, result: Answer = [500, 'not asked for'], cancelAsked = false) {
  const calls: string[] = [];
  const outcome = await checkRequest(
    {
      key: 'id:0123456789',
      fetch: async (input) => {
        const url = input instanceof Request ? input.url : String(input);
        calls.push(url);
        const [httpStatus, body] = url.includes('/status') ? status : result;
        return new Response(typeof body === 'string' ? body : JSON.stringify(body), { status: httpStatus });
      },
    },
    {
      handle,
      provider: 'Clip',
      cancelAsked,
      readOutputs: (output) =>
        typeof output['url'] === 'string'
          ? [{ url: output['url'], mediaType: 'video', expiresAt: null }]
          : [],
    },
  ).then(
    (value) => ({ value, error: null }),
    (error: unknown) => ({ value: null, error }),
  );
  return { ...outcome, calls };
}

const completed: Answer = [200, { status: 'COMPLETED' }];
const video: Answer = [200, { url: 'http://fal.test/media/1.mp4' }];

describe('a request on its way', () => {
  it('waits in the queue, with its place', async () => {
    const { value, calls } = await check([202, { status: 'IN_QUEUE', queue_position: 3 }]);
    expect(value).toMatchObject({ status: 'pending', rawStatus: 'IN_QUEUE', queuePosition: 3 });
    expect(calls).toEqual(['http://fal.test/owner/app/requests/abc/status?logs=0']);
  });

  it.each([[undefined], ['2'], [-1], [1.5]])('has no place when fal says %j', async (position) => {
    const { value } = await check([202, { status: 'IN_QUEUE', queue_position: position }]);
    expect(value?.queuePosition).toBeNull();
  });

  it('runs, without a figure: fal has none', async () => {
    const { value } = await check([202, { status: 'IN_PROGRESS', logs: null }]);
    expect(value).toMatchObject({ status: 'processing', progress: null, queuePosition: null });
  });

  it('may show a status of tomorrow, which ends nothing', async () => {
    expect((await check([202, { status: 'PAUSED' }])).value).toMatchObject({
      status: null,
      rawStatus: 'PAUSED',
    });
  });

  it('cannot be seen in an answer without a status', async () => {
    expect((await check([200, {}])).error).toMatchObject({ name: 'FalUnreadableAnswerError' });
  });
});

describe('a completed request', () => {
  it('is a success only with its video', async () => {
    const { value, calls } = await check(completed, video);
    expect(value).toMatchObject({ status: 'completed', outputs: [{ url: 'http://fal.test/media/1.mp4' }] });
    expect(calls).toHaveLength(2);
    expect((await check(completed, [200, {}])).value).toMatchObject({ status: 'processing', outputs: [] });
  });

  it.each<Answer>([
    [400, { detail: 'Request is still in progress' }],
    [404, { detail: 'The request is not ready' }],
    [422, { detail: 'Request is in queue' }],
  ])('is not there yet when its result says so: %j', async (...result) => {
    expect((await check(completed, result)).value?.status).toBe('processing');
  });

  it('fails with what the model answered', async () => {
    const detail = [{ loc: ['body', 'prompt'], msg: 'flagged', type: 'content_policy_violation' }];
    expect((await check(completed, [422, { detail }])).value).toMatchObject({
      status: 'filtered',
      rawStatus: 'COMPLETED:content_policy_violation',
      error: { code: 'input_moderated' },
    });
    expect((await check(completed, [422, { detail: 'plain words' }])).value).toMatchObject({
      status: 'failed',
      error: { code: 'provider_rejected', charged: 'unknown' },
    });
  });

  it('fails with a 5xx only in the form of a model: any other may come from between, and a video was paid for', async () => {
    const detail = [{ msg: 'too slow', type: 'generation_timeout' }];
    expect((await check(completed, [504, { detail }])).value).toMatchObject({
      status: 'failed',
      error: { code: 'timed_out', charged: 'no' },
    });
    expect((await check(completed, [502, '<html>'])).error).toMatchObject({ name: 'FalRefusalError' });
    expect((await check(completed, [500, { error_type: 'internal_error' }])).error).not.toBeNull();
    expect((await check(completed, [401, {}])).error).not.toBeNull();
    expect((await check(completed, [404, { detail: 'unknown' }])).error).not.toBeNull();
  });
});

describe('a completed request that says it failed', () => {
  it('is believed where the type says all, without asking for a result', async () => {
    const { value, calls } = await check([
      200,
      { status: 'COMPLETED', error: 'Request timed out', error_type: 'request_timeout' },
    ]);
    expect(value).toMatchObject({ status: 'failed', error: { code: 'timed_out', charged: 'no' } });
    expect(calls).toHaveLength(1);
  });

  const untyped: Answer = [200, { status: 'COMPLETED', error: 'Invalid status code: 422' }];

  it('is asked for the reason where there is no type', async () => {
    const detail = [{ msg: 'field required', type: 'missing' }];
    expect((await check(untyped, [422, { detail }])).value).toMatchObject({
      status: 'failed',
      error: { code: 'provider_rejected', providerCode: 'missing' },
    });
  });

  it('fails all the same when there is no reason to be had', async () => {
    for (const result of [
      [404, {}],
      [500, 'oops'],
      [200, {}],
    ] as const) {
      expect((await check(untyped, result)).value).toMatchObject({
        status: 'failed',
        error: { code: 'provider_failed', retry: 'later', providerMessage: 'Invalid status code: 422' },
      });
    }
  });

  it('is a success with a video, whatever it says', async () => {
    expect((await check(untyped, video)).value?.status).toBe('completed');
  });
});

describe('a request that we asked to stop', () => {
  const dropped: Answer = [200, { status: 'COMPLETED', error: 'gone', error_type: 'request_timeout' }];

  it('is cancelled and costs nothing, whichever way fal shows it', async () => {
    for (const { value } of [
      await check(dropped, [404, {}], true),
      await check(dropped, [500, 'oops'], true),
      await check(completed, [404, {}], true),
      await check([404, {}], video, true),
    ]) {
      expect(value).toMatchObject({ status: 'cancelled', credits: 0, error: null });
    }
  });

  it('is as lost or failed as any other when nobody asked', async () => {
    expect((await check([404, {}])).error).toMatchObject({ name: 'FalRefusalError' });
    expect((await check(dropped, [404, {}])).value?.status).toBe('failed');
  });

  it('may have been ignored: then it runs on, and its video is taken', async () => {
    expect((await check([202, { status: 'IN_PROGRESS' }], video, true)).value?.status).toBe('processing');
    expect((await check(completed, video, true)).value?.status).toBe('completed');
  });

  it('failed by what the model answered, if that came first', async () => {
    const detail = [{ msg: 'flagged', type: 'content_policy_violation' }];
    expect((await check(completed, [422, { detail }], true)).value?.status).toBe('filtered');
  });
});
