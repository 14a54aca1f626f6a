import { describe, expect, it } from 'vitest';
import { addressesOf } from './addresses.ts';
import { decodeHandle, encodeHandle, handleOfRequest, handleOfSubmit } from './handle.ts';

const endpointId = 'owner/app/v2.2/text-to-video';
const addresses = addressesOf('http://127.0.0.1:9100');
const base = 'http://127.0.0.1:9100/owner/app/requests/abc';
const documented = {
  requestId: 'abc',
  statusUrl: `${base}/status`,
  responseUrl: base,
  cancelUrl: `${base}/cancel`,
};

describe('handleOfSubmit', () => {
  it('takes the three addresses that fal says', () => {
    const answer = {
      status_url: 'http://127.0.0.1:9100/other/status',
      response_url: 'http://127.0.0.1:9100/other',
      cancel_url: 'http://127.0.0.1:9100/other/cancel',
    };
    expect(handleOfSubmit(addresses, endpointId, 'abc', answer)).toEqual({
      requestId: 'abc',
      statusUrl: answer.status_url,
      responseUrl: answer.response_url,
      cancelUrl: answer.cancel_url,
    });
  });

  it('builds what fal leaves out, with owner and app only', () => {
    expect(handleOfSubmit(addresses, endpointId, 'abc', {})).toEqual(documented);
  });

  it.each([
    'https://evil.example/owner/app/requests/abc/status',
    'http://127.0.0.1:9101/owner/app/requests/abc/status',
    'https://127.0.0.1:9100/owner/app/requests/abc/status',
    'http://127.0.0.1:9100@evil.example/status',
    '/relative',
  ])('does not take the key to %s', (url) => {
    expect(handleOfSubmit(addresses, endpointId, 'abc', { status_url: url }).statusUrl).toBe(
      documented.statusUrl,
    );
  });
});

describe('handleOfRequest', () => {
  it('keeps a request id from being more than a part of a path', () => {
    expect(handleOfRequest(addresses, endpointId, '../../x').responseUrl).toBe(
      'http://127.0.0.1:9100/owner/app/requests/..%2F..%2Fx',
    );
  });
});

describe('a stored handle', () => {
  const stored = encodeHandle(documented);

  it('survives JSON', () => {
    expect(decodeHandle(addresses, JSON.parse(JSON.stringify(stored)) as typeof stored)).toEqual(documented);
  });

  it('follows its account to another address, and never leads away from it', () => {
    expect(decodeHandle(addressesOf('https://queue.falrun.com'), stored)).toEqual({
      requestId: 'abc',
      statusUrl: 'https://queue.falrun.com/owner/app/requests/abc/status',
      responseUrl: 'https://queue.falrun.com/owner/app/requests/abc',
      cancelUrl: 'https://queue.falrun.com/owner/app/requests/abc/cancel',
    });
  });

  it('of another transport is a mistake of ours', () => {
    expect(() => decodeHandle(addresses, { video_id: '7' })).toThrow(TypeError);
    expect(() => decodeHandle(addresses, { ...stored, cancel_url: null })).toThrow(TypeError);
  });
});
