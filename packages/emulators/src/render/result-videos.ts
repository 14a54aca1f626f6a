import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Recipe } from './recipe.ts';
import type { Renderer } from './renderer.ts';

/** The result files of a provider, one for each generation that succeeds. */
export interface ResultVideos {
  isRendered(id: string): boolean;
  fileOf(id: string): string;
  /** Starts to render in the background, unless the file is there; a failure goes to `onFailure`. */
  render(id: string, recipe: Recipe): void;
  /** Resolves when nothing is being rendered. */
  whenIdle(): Promise<void>;
}

export function createResultVideos(
  directory: string,
  renderer: Renderer,
  onFailure: (id: string, error: unknown) => void,
): ResultVideos {
  const rendered = new Set<string>();
  const running = new Set<Promise<void>>();

  async function renderOne(id: string, recipe: Recipe): Promise<void> {
    try {
      await renderer.render(recipe, fileOf(id));
      rendered.add(id);
    } catch (error) {
      onFailure(id, error);
    }
  }

  function fileOf(id: string): string {
    return join(directory, `${id}.mp4`);
  }

  return {
    isRendered: (id) => rendered.has(id),
    fileOf,
    render(id, recipe) {
      if (existsSync(fileOf(id))) {
        rendered.add(id);
        return;
      }
      const work = renderOne(id, recipe).finally(() => running.delete(work));
      running.add(work);
    },
    async whenIdle() {
      while (running.size > 0) {
        await Promise.all(running);
      }
    },
  };
}
