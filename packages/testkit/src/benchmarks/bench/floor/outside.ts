import { createHash } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createLoopbackClient } from '../cluster/loopback-client.ts';
import type { FloorOutside } from './live.ts';

interface ProviderReply {
  readonly Resp: { readonly video_id?: number; readonly url?: string };
}

/**
 * The least that a program does outside of the database: sends a request, asks once for its result, and fetches the video into a
 * file that is named by its hash. It does not look into the video, and does not wait for the disk.
 */
export function createFloorOutside(
  providerUrl: string,
  folder: string,
): FloorOutside & { readonly close: () => void } {
  const client = createLoopbackClient(providerUrl, () => ({ 'api-key': 'sk-floor' }), 20);
  const path = new URL(providerUrl).pathname;
  const videoOf = new Map<string, number>();
  const urlOf = new Map<string, string>();
  const ask = async (method: string, where: string, body?: unknown): Promise<ProviderReply['Resp']> => {
    const reply = await client.send(method, `${path}${where}`, body);
    return (JSON.parse(reply.body.toString('utf8')) as ProviderReply).Resp;
  };
  return {
    async accept({ id }) {
      const prompt = `a paper boat on rain water, ${id}`;
      const { video_id: video } = await ask('POST', '/video/text/generate', { prompt, quality: '360p' });
      videoOf.set(id, video ?? Number.NaN);
    },
    async finish({ id }) {
      const { url } = await ask('GET', `/video/result/${videoOf.get(id)}`);
      urlOf.set(id, url ?? '');
    },
    async store({ id }) {
      const { body } = await client.send('GET', new URL(urlOf.get(id) ?? '').pathname);
      const part = join(folder, `${id}.part`);
      await writeFile(part, body);
      await rename(part, join(folder, createHash('sha256').update(body).digest('hex')));
      videoOf.delete(id);
      urlOf.delete(id);
    },
    close: () => client.close(),
  };
}
