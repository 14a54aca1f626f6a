import type { ProviderOutput } from '../contract/adapter.ts';

/**
 * Reads what every model of Pika answers: one video, of which only the address is certain. It is empty while there is
 * none, so that a success without a video is not taken for one.
 */
export function readOutputs(output: Readonly<Record<string, unknown>>): readonly ProviderOutput[] {
  const video = output['video'];
  if (typeof video !== 'object' || video === null || !('url' in video)) {
    return [];
  }
  const { url } = video;
  // Long-lived by default; how long is a setting of the account that the answer does not tell.
  return typeof url === 'string' && url !== '' ? [{ url, mediaType: 'video', expiresAt: null }] : [];
}
