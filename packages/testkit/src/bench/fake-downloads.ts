import { FetchFailedError, UnsafeUrlError } from '@pixsim7/core';
import type { FetchLimits, OutgoingHttp } from '@pixsim7/core';

/** Serves the files that a test put under a URL; everything else answers 404. */
export class FakeDownloads implements OutgoingHttp {
  readonly requests: { url: string; limits: FetchLimits }[] = [];
  readonly #answers = new Map<string, Uint8Array | Error>();

  /** From now on this URL gives these bytes, or fails like this. */
  serve(url: string, answer: Uint8Array | Error): void {
    this.#answers.set(url, answer);
  }

  checkUrl(url: string): void {
    if (!URL.canParse(url)) {
      throw new UnsafeUrlError('This is not a URL.');
    }
  }

  async download(url: string, limits: FetchLimits): Promise<AsyncIterable<Uint8Array>> {
    this.requests.push({ url, limits });
    const answer = this.#answers.get(url) ?? new FetchFailedError('There is no such file.', 404);
    if (answer instanceof Error) {
      throw answer;
    }
    return chunksOf(answer);
  }
}

/** A file as it arrives over a network: in more than one piece. */
export async function* chunksOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  const middle = Math.floor(bytes.byteLength / 2);
  yield bytes.slice(0, middle);
  yield bytes.slice(middle);
}
