import { FetchFailedError, UnsafeUrlError } from '@pixsim7/core';
import type { OutgoingHttp } from '@pixsim7/core';
import { outsideWorld } from '../machine/scheduler.ts';
import { outputHostOf } from '../provider/scripted-provider.ts';
import type { ScriptedProvider } from '../provider/scripted-provider.ts';
import type { Generation } from '../provider/server.ts';
import { fakeMediaBytes, fakePoisonBytes } from './fake-media.ts';

/** The content of a generation's video. */
export function videoBytes({ id, file }: Pick<Generation, 'id' | 'file'>): Uint8Array {
  const text = `generation ${id}`;
  return file === 'sound' ? fakeMediaBytes('video', text) : fakePoisonBytes(file, text);
}

/** Serves the output links of the simulated providers, each with its bad luck. */
export function createFakeOutgoing(providers: readonly ScriptedProvider[]): OutgoingHttp {
  return {
    checkUrl(url) {
      const { origin } = new URL(url);
      if (!providers.some(({ manifest }) => outputHostOf(manifest.id) === origin)) {
        throw new UnsafeUrlError(`${url} may not be fetched.`);
      }
    },
    async download(url, { pace, timeoutMs }) {
      const { origin, searchParams } = new URL(url);
      const provider = providers.find(({ manifest }) => outputHostOf(manifest.id) === origin);
      if (provider === undefined) {
        throw new UnsafeUrlError(`${origin} may not be fetched.`);
      }
      const { server, faults, scheduler, random } = provider;
      await scheduler.wait(outsideWorld, random.integer(5, 500));
      const id = generationIn(url);
      const generation = server.generations.get(id);
      if (generation === undefined || !server.hasOutput(generation)) {
        throw new FetchFailedError('There is no such output.', 404);
      }
      if (scheduler.now > Number(searchParams.get('expires'))) {
        throw new FetchFailedError('The link has expired.', 403);
      }
      if (faults.strikes('download_refused')) {
        throw new FetchFailedError('Not now.', random.pick([403, 404, 503, null]));
      }
      if (faults.strikes('download_broken')) {
        return chunks(new TextEncoder().encode('<html>sorry</html>'), false);
      }
      if (faults.strikes('link_falls_silent')) {
        return stalled(videoBytes(generation), () =>
          scheduler.wait(outsideWorld, Math.min(pace.silenceMs, timeoutMs)),
        );
      }
      if (faults.strikes('link_drips')) {
        return stalled(videoBytes(generation), () =>
          scheduler.wait(outsideWorld, Math.min(pace.windowMs, timeoutMs)),
        );
      }
      return chunks(videoBytes(generation), faults.strikes('download_cut'));
    },
  };
}

/** A link whose reader gives up after a while, as the port promises. */
async function* stalled(bytes: Uint8Array, untilGivenUp: () => Promise<void>): AsyncGenerator<Uint8Array> {
  yield bytes.slice(0, 1);
  await untilGivenUp();
  throw new FetchFailedError('The link was given up.', null);
}

function generationIn(url: string): string {
  return new URL(url).pathname.slice(1).replace(/\.mp4$/, '');
}

async function* chunks(bytes: Uint8Array, cut: boolean): AsyncGenerator<Uint8Array> {
  const middle = Math.floor(bytes.byteLength / 2);
  yield bytes.slice(0, middle);
  if (cut) {
    throw new FetchFailedError('The connection broke.', null);
  }
  yield bytes.slice(middle);
}
