import { describe, expect, it } from 'vitest';
import { falEmulatorFor } from '../__tests__/fal-client.ts';
import { readTriggers } from './triggers.ts';

describe('words in the prompt', () => {
  it('change nothing when there are none', () => {
    expect(readTriggers('a red fox [outside]')).toEqual({
      refuseWith: null,
      outcome: { kind: 'success' },
      strangeStatus: null,
      queueSeconds: 0,
      renderSeconds: null,
      slowness: 1,
      withoutPayload: false,
    });
  });

  it('set times', () => {
    expect(readTriggers('x [queue:2.5] [seconds:60] [slow]')).toMatchObject({
      queueSeconds: 2.5,
      renderSeconds: 60,
      slowness: 10,
    });
  });

  it.each([
    ['[reply:401]', 401, { detail: 'Refused on request' }],
    ['[reply:403:exhausted]', 403, { detail: expect.stringContaining('Exhausted balance') as string }],
    ['[reply:403:locked]', 403, { detail: expect.stringContaining('Admin lock') as string }],
    ['[reply:422:missing]', 422, { detail: [expect.objectContaining({ type: 'missing' })] }],
    ['[reply:422:plain]', 422, { detail: expect.any(String) as string }],
    [
      '[reply:503:runner_disconnected]',
      503,
      { detail: expect.any(String) as string, error_type: 'runner_disconnected' },
    ],
  ])('%s refuses the submit', async (word, status, json) => {
    const { client } = await falEmulatorFor();
    expect(await client.submit({ prompt: `a fox ${word}` })).toMatchObject({ status, json });
  });

  it('a time limit of the caller is told by a header', async () => {
    const { client } = await falEmulatorFor();
    const { headers, json } = await client.submit({ prompt: '[reply:504:user_timeout]' });
    expect(headers.get('x-fal-request-timeout-type')).toBe('user');
    expect(json['error_type']).toBe('request_timeout');
  });

  it('429 says how long to wait', async () => {
    const { client } = await falEmulatorFor();
    expect((await client.submit({ prompt: '[reply:429]' })).headers.get('retry-after')).toBe('2');
  });

  it.each([
    ['[refuse]', 422, 'content_policy_violation'],
    ['[moderate]', 422, 'content_policy_violation'],
    ['[nothing]', 422, 'no_media_generated'],
    ['[result:422:image_load_error]', 422, 'image_load_error'],
    ['[result:504:generation_timeout]', 504, 'generation_timeout'],
  ])('%s shows only when the result is read', async (word, status, type) => {
    const { client } = await falEmulatorFor();
    const id = await client.request({ prompt: `a fox ${word}` });
    const shown = await client.status(id);
    expect(shown).toMatchObject({ status: 200, json: { status: 'COMPLETED' } });
    expect(shown.json).not.toHaveProperty('error');
    expect(await client.result(id)).toMatchObject({ status, json: { detail: [{ type }] } });
  });

  it.each([
    ['[fail]', { error: 'Something went wrong' }],
    ['[error:request_timeout]', { error: expect.any(String) as string, error_type: 'request_timeout' }],
  ])('%s shows in the status', async (word, json) => {
    const { client } = await falEmulatorFor();
    const id = await client.request({ prompt: `a fox ${word}` });
    expect((await client.status(id)).json).toMatchObject({ status: 'COMPLETED', ...json });
    expect((await client.result(id)).status).toBe(500);
  });

  it('[status:WORD] is shown until the end and to two polls after', async () => {
    const { emulator, clock, client } = await falEmulatorFor();
    const id = await client.request({ prompt: 'a fox [seconds:5] [status:PAUSED]' });
    const word = async () => (await client.status(id)).json['status'];
    expect([await word(), await word(), await word()]).toEqual(['PAUSED', 'PAUSED', 'PAUSED']);
    await emulator.whenIdle();
    clock.advance(5);
    expect([await word(), await word(), await word()]).toEqual(['PAUSED', 'PAUSED', 'COMPLETED']);
  });

  it('[stuck] never ends, and never frees its slot', async () => {
    const { clock, client } = await falEmulatorFor({ maxConcurrent: 1 });
    const [first, second] = [await client.request({ prompt: '[stuck]' }), await client.request()];
    clock.advance(1_000_000);
    expect((await client.status(first)).json['status']).toBe('IN_PROGRESS');
    expect((await client.status(second)).json['status']).toBe('IN_QUEUE');
  });
});
