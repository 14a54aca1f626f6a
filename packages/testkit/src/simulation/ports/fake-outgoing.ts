import { FetchFailedError, UnsafeUrlError, type OutgoingHttp } from '@pixsim7/core';
import { outsideWorld } from '../machine/scheduler.ts';
import { outputHost, type ScriptedProvider } from '../provider/scripted-provider.ts';
import { fakeMediaBytes } from './fake-media.ts';

/** What the video of a generation consists of. */
export function videoBytes(generationId: string): Uint8Array {
  return fakeMediaBytes('video', `generation ${generationId}`);
}

/** Serves the output links of the simulated providers, each with its bad luck. */
export function createFakeOutgoing(providers: readonly ScriptedProvider[]): OutgoingHttp {
  return {
    checkUrl(url) {
      if (new URL(url).origin !== outputHost) throw new UnsafeUrlError(`${url} may not be fetched.`);
    },
    async download(url) {
      const owner = providers.find(({ server }) => server.generations.has(generationIn(url)));
      const provider = owner ?? providers[0];
      if (provider === undefined) throw new Error('There is no simulated provider.');
      const { server, faults, scheduler, random } = provider;
      await scheduler.wait(outsideWorld, random.integer(5, 500));
      const { origin, searchParams } = new URL(url);
      if (origin !== outputHost) throw new UnsafeUrlError(`${origin} may not be fetched.`);
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
      if (faults.strikes('download_broken'))
        return chunks(new TextEncoder().encode('<html>sorry</html>'), false);
      return chunks(videoBytes(id), faults.strikes('download_cut'));
    },
  };
}

function generationIn(url: string): string {
  return new URL(url).pathname.slice(1).replace(/\.mp4$/, '');
}

async function* chunks(bytes: Uint8Array, cut: boolean): AsyncGenerator<Uint8Array> {
  const middle = Math.floor(bytes.byteLength / 2);
  yield bytes.slice(0, middle);
  if (cut) throw new FetchFailedError('The connection broke.', null);
  yield bytes.slice(middle);
}
