import { FetchFailedError } from '@pixsim7/core';
import type { OutgoingHttp } from '@pixsim7/core';
import { currentWork } from './correlation.ts';
import { providerOfWork } from './provider-calls.ts';
import type { BegunCall, ProviderCalls } from './provider-calls.ts';

/**
 * Watches the downloads of steps. Such a call ends with its last byte, so the bytes flow through here. Downloads that a
 * person asked for are no provider's.
 */
export function observeDownloads(outgoing: OutgoingHttp, calls: ProviderCalls): OutgoingHttp {
  return {
    checkUrl: (url) => outgoing.checkUrl(url),
    download: async (url, limits) => {
      const providerId = providerOfWork();
      if (providerId === null) {
        return outgoing.download(url, limits);
      }
      const call = calls.begin({
        name: 'download',
        providerId,
        accountId: currentWork().account_id ?? null,
        baseUrl: URL.canParse(url) ? new URL(url).origin : null,
      });
      try {
        const chunks = await call.within(() => outgoing.download(url, limits));
        return pass(chunks, (bytes) => calls.countBytes(providerId, bytes), call);
      } catch (error) {
        call.end({ outcome: 'failed', error });
        throw error;
      }
    },
  };
}

async function* pass(
  chunks: AsyncIterable<Uint8Array>,
  count: (bytes: number) => void,
  call: BegunCall,
): AsyncIterable<Uint8Array> {
  // Kept if the reader leaves before the end, for example because the file is too large for it.
  let failure: unknown = new FetchFailedError('The reader left before the last byte.', null);
  try {
    for await (const chunk of chunks) {
      count(chunk.byteLength);
      yield chunk;
    }
    failure = null;
  } catch (error) {
    failure = error;
    throw error;
  } finally {
    call.end(failure === null ? { outcome: 'ok' } : { outcome: 'failed', error: failure });
  }
}
