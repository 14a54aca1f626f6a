import { describe, expect, it } from 'vitest';
import { emulatorFor } from '../__tests__/client.ts';

describe('result files', () => {
  it('need no key, support ranges and HEAD', async () => {
    const { client, emulator } = await emulatorFor();
    const id = await client.submit();
    await emulator.whenIdle();
    const url = `${emulator.url}/media/${id}.mp4`;
    const whole = await fetch(url);
    const bytes = new Uint8Array(await whole.arrayBuffer());
    expect(whole.headers.get('content-type')).toBe('video/mp4');
    expect(whole.headers.get('content-length')).toBe(String(bytes.length));
    expect(new TextDecoder().decode(bytes.subarray(4, 8))).toBe('ftyp');
    const part = await fetch(url, { headers: { range: 'bytes=4-7' } });
    expect([part.status, await part.text()]).toEqual([206, 'ftyp']);
    const head = await fetch(url, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(bytes.length)]);
  });

  it('are not there before the end, nor for what did not succeed', async () => {
    const { client, emulator, clock } = await emulatorFor({ renderSeconds: [5, 5] });
    const ids = [await client.submit(), await client.submit({ prompt: '[delete]' })];
    await emulator.whenIdle();
    const statuses = () =>
      Promise.all(ids.map(async (id) => (await fetch(`${emulator.url}/media/${id}.mp4`)).status));
    expect(await statuses()).toEqual([404, 404]);
    clock.advance(5);
    expect(await statuses()).toEqual([200, 404]);
  });

  it('expire when that is switched on', async () => {
    const { client, emulator, clock } = await emulatorFor();
    const id = await client.submit();
    await emulator.whenIdle();
    await client.control('POST', '/settings', { url_expiry_seconds: 60 });
    const url = `${emulator.url}/media/${id}.mp4`;
    clock.advance(59);
    expect((await fetch(url)).status).toBe(200);
    clock.advance(1);
    expect((await fetch(url)).status).toBe(403);
    await client.control('POST', '/settings', { url_expiry_seconds: null });
    expect((await fetch(url)).status).toBe(200);
  });

  it.each(['unknown.mp4', '..%2Fjournal.jsonl', '%2e%2e', 'constructor'])(
    'do not include %s',
    async (name) => {
      const { emulator } = await emulatorFor();
      expect((await fetch(`${emulator.url}/media/${name}`)).status).toBe(404);
    },
  );
});
