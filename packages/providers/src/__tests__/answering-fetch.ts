import type { InputFile } from '../contract/adapter.ts';

/** One call as it left. */
export interface Sent {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body: unknown;
  readonly redirect: string | undefined;
}

export type Answer = (sent: Sent) => Response | Promise<Response>;

/** A `fetch` whose calls are answered in turn, the last answer for all that follow, and what it sent. */
export function answeringFetch(...answers: Answer[]): { fetch: typeof globalThis.fetch; sent: Sent[] } {
  const sent: Sent[] = [];
  return {
    sent,
    async fetch(input, init) {
      const one: Sent = {
        method: init?.method ?? 'GET',
        url: input instanceof Request ? input.url : String(input),
        headers: new Headers(init?.headers),
        body: init?.body,
        redirect: init?.redirect,
      };
      const answer = answers[Math.min(sent.length, answers.length - 1)];
      sent.push(one);
      if (answer === undefined) {
        throw new Error('no call is expected');
      }
      return answer(one);
    },
  };
}

/** A connection that fails in the way of `code`, and repeats `words` as `fetch` may repeat a header. */
export function brokenConnection(code: string, words = ''): () => never {
  return () => {
    throw new TypeError(`fetch failed ${words}`, {
      cause: Object.assign(new Error(`header ${words}`), { code }),
    });
  };
}

/** An image of ours, for `resolveInput`. */
export const imageFile: InputFile = {
  assetId: 'ast_1',
  mediaType: 'image',
  mimeType: 'image/png',
  bytes: 3,
  fileName: 'boat.png',
  open: async () => new Blob(['png']),
  madeBy: null,
};
