import { once } from 'node:events';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { uniqueVideo } from './unique-video.ts';

/** A provider on a loopback port that is never the limit. */
export interface InstantProvider {
  /** The `base_url` of an account. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Speaks as much of the PixVerse wire as a text-to-video job needs (PixVerse API reference: text/generate, result,
 * balance). No two videos have the same bytes.
 *
 * @param renderMs so long each video takes; otherwise it is finished before anybody asks
 */
export async function startInstantProvider(video: Uint8Array, renderMs = 0): Promise<InstantProvider> {
  let accepted = 0;
  const acceptedAt = new Map<number, number>();
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    // The body is of no interest, but a connection is only used again when it was read.
    request.resume();
    if (path.startsWith('/files/')) {
      const file = uniqueVideo(video, path);
      response.writeHead(200, { 'content-type': 'video/mp4', 'content-length': file.byteLength });
      response.end(file);
    } else if (path === '/openapi/v2/video/text/generate') {
      accepted += 1;
      acceptedAt.set(accepted, performance.now());
      answer(response, { video_id: accepted, credits: 1 });
    } else if (path.startsWith('/openapi/v2/video/result/')) {
      const id = Number(path.slice(path.lastIndexOf('/') + 1));
      const isRendering = performance.now() - (acceptedAt.get(id) ?? 0) < renderMs;
      answer(
        response,
        isRendering ? { id, status: 5 } : { id, status: 1, url: `${address()}/files/${id}.mp4` },
      );
    } else if (path === '/openapi/v2/account/balance') {
      answer(response, { account_id: 1, credit_monthly: 0, credit_package: 100_000_000 });
    } else {
      response.writeHead(404).end();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const address = (): string => `http://127.0.0.1:${port}`;
  return {
    url: `${address()}/openapi/v2`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function answer(response: ServerResponse, reply: Record<string, unknown>): void {
  const body = JSON.stringify({ ErrCode: 0, ErrMsg: 'success', Resp: reply });
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
