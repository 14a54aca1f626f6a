import { existsSync } from 'node:fs';
import { join } from 'node:path';

import type { Renderer } from '../render/renderer.ts';
import { createIdentifier } from './identifiers.ts';
import type { PixverseSettings } from './settings.ts';
import type { Generation, Store } from './store.ts';

/** The parts that all endpoints of one running emulator share. */
export interface Emulation {
  readonly store: Store;
  readonly settings: PixverseSettings;
  readonly uploadDirectory: string;
  readonly clock: () => number;
  readonly random: () => number;
  readonly videos: Videos;
  /** Of the server, without a slash at the end; known once it listens. */
  url(): string;
  /** Fetches an upload that was given as a URL of another host; null refuses those. */
  readonly fetchForeignUrl: typeof globalThis.fetch | null;
}

/** An id that nothing here has yet. */
export function newIdentifier({ store, random }: Pick<Emulation, 'store' | 'random'>): string {
  return createIdentifier(
    random,
    (id) => store.generations.has(id) || store.images.has(id) || store.media.has(id),
  );
}

/** The result files. */
export interface Videos {
  isRendered(id: string): boolean;
  fileOf(id: string): string;
  /** Starts to render in the background; a failure is recorded as a failed generation. */
  render(generation: Generation): void;
  /** Resolves when nothing is being rendered. */
  whenIdle(): Promise<void>;
}

export function createVideos(
  directory: string,
  renderer: Renderer,
  onFailure: (id: string, error: unknown) => void,
): Videos {
  const rendered = new Set<string>();
  const running = new Set<Promise<void>>();

  async function renderOne(generation: Generation): Promise<void> {
    try {
      await renderer.render(generation.recipe, fileOf(generation.id));
      rendered.add(generation.id);
    } catch (error) {
      onFailure(generation.id, error);
    }
  }

  function fileOf(id: string): string {
    return join(directory, `${id}.mp4`);
  }

  return {
    isRendered: (id) => rendered.has(id),
    fileOf,
    render(generation) {
      // Only a success has a file to show.
      if (generation.outcome !== 'success') {
        return;
      }
      if (existsSync(fileOf(generation.id))) {
        rendered.add(generation.id);
        return;
      }
      const work = renderOne(generation).finally(() => running.delete(work));
      running.add(work);
    },
    async whenIdle() {
      while (running.size > 0) {
        await Promise.all(running);
      }
    },
  };
}
