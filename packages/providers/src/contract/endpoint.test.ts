import { describe, expect, it } from 'vitest';
import { endpointText, readEndpoint } from './endpoint.ts';

describe('an endpoint', () => {
  it.each([
    'POST /video/text/generate',
    'POST /fal-ai/pika/v2.2/pikaframes?fal_webhook=https%3A%2F%2Fme.test',
  ])('is read back as it was stored: %s', (text) => {
    const endpoint = readEndpoint(text);
    expect(endpoint.method).toBe('POST');
    expect(endpointText(endpoint)).toBe(text);
  });

  it.each(['', 'POST', 'GET /v1/videos', 'POST v1/videos', 'POST /v1/videos again'])(
    'is not guessed from "%s"',
    (text) => {
      expect(() => readEndpoint(text)).toThrow(TypeError);
    },
  );
});
