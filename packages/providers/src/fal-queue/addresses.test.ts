import { describe, expect, it } from 'vitest';
import { addressesOf } from './addresses.ts';

describe('addressesOf', () => {
  it.each([
    [null, 'https://queue.fal.run'],
    ['https://queue.fal.run', 'https://queue.fal.run'],
    ['https://queue.fal.run/', 'https://queue.fal.run'],
    ['https://queue.falrun.com', 'https://queue.falrun.com'],
  ])('%s is the public service, whose uploads and keys have a host of their own', (baseUrl, queue) => {
    expect(addressesOf(baseUrl)).toEqual({
      queue,
      rest: 'https://rest.fal.ai',
      jwks: 'https://rest.fal.ai/.well-known/jwks.json',
    });
  });

  it('takes any other address for all three, so that an emulator publishes its own keys', () => {
    expect(addressesOf('http://127.0.0.1:9100/fal/')).toEqual({
      queue: 'http://127.0.0.1:9100/fal',
      rest: 'http://127.0.0.1:9100/fal',
      jwks: 'http://127.0.0.1:9100/fal/.well-known/jwks.json',
    });
  });

  it('does not send uploads to fal for a host that only looks like its queue', () => {
    expect(addressesOf('https://queue.fal.run.example.com').rest).toBe('https://queue.fal.run.example.com');
    expect(addressesOf('http://queue.fal.run').rest).toBe('http://queue.fal.run');
  });
});
